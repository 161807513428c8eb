"""The words that stand for cases and people, so that a title tells a shoulder-surfer nothing.

A case is a tree and a number, a person is a bird. Both are drawn at random: neither the
place nor the order of the cases can be read from them.
"""

TREES = (
    "Alder", "Almond", "Apple", "Ash", "Aspen", "Bay", "Beech", "Birch", "Buckeye", "Cedar",
    "Cherry", "Chestnut", "Cypress", "Elder", "Elm", "Fig", "Fir", "Ginkgo", "Hazel", "Hemlock",
    "Hickory", "Holly", "Jacaranda", "Juniper", "Larch", "Laurel", "Lemon", "Linden", "Madrone", "Magnolia",
    "Maple", "Mulberry", "Oak", "Olive", "Orange", "Palm", "Pear", "Pecan", "Pepper", "Pine",
    "Plum", "Poplar", "Redbud", "Redwood", "Sequoia", "Spruce", "Sycamore", "Tupelo", "Walnut", "Willow",
)  # fmt: skip

BIRDS = (
    "Avocet", "Bluebird", "Bunting", "Chickadee", "Condor", "Coot", "Crane", "Curlew", "Dipper", "Dove",
    "Egret", "Falcon", "Finch", "Flicker", "Goldfinch", "Grebe", "Gull", "Harrier", "Heron", "Ibis",
    "Jay", "Junco", "Kestrel", "Killdeer", "Kingfisher", "Kinglet", "Lark", "Linnet", "Loon", "Magpie",
    "Martin", "Meadowlark", "Nuthatch", "Oriole", "Osprey", "Owl", "Pelican", "Phoebe", "Plover", "Quail",
    "Rail", "Raven", "Robin", "Sandpiper", "Siskin", "Sparrow", "Starling", "Swallow", "Swift", "Tanager",
    "Teal", "Tern", "Thrasher", "Thrush", "Titmouse", "Towhee", "Veery", "Vireo", "Warbler", "Waxwing",
    "Wigeon", "Willet", "Woodpecker", "Wren", "Yellowthroat",
)  # fmt: skip
