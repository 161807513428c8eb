"""What a maker of dispatch systems reads to build against the hook, made from the code that answers."""
