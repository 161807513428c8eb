"""Support: messages that must arrive and clocks that must ring, as rows any worker may claim."""
