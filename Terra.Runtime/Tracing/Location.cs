using System.Globalization;

namespace Terra.Runtime.Tracing;

/// <summary>What kind of step leads from a location to a deeper one.</summary>
public enum LocationKind : byte
{
    /// <summary>The root of a step.</summary>
    Step,

    /// <summary>A woven call site; the id is the call id.</summary>
    Call,

    /// <summary>A turn of a woven loop; the id is the loop id, with the turn beside it.</summary>
    Turn,

    /// <summary>The derivative of an op that ran elsewhere; the id is that location's serial number.</summary>
    Backward,

    /// <summary>One of several ops at the same place in code that is not woven; the id is its ordinal.</summary>
    Ordinal,
}

/// <summary>
/// Where in the program an op runs: the stack of call ids and loop ids at that moment, as a node of a calling-context tree
/// (Ammons, Ball and Larus, PLDI 1997). Interned: two equal stacks are the same object, so comparing locations is comparing references.
/// A tree has a bounded number of locations; where it is full, deeper ones are not told apart. Thread-safe; lookups take no lock.
/// </summary>
public sealed class Location
{
    /// <summary>How many locations a tree has at most.</summary>
    internal const int TreeLimit = 1 << 18;

    /// <summary>Ops and views beyond this many at one place of code that is not woven are not told apart.</summary>
    internal const int OrdinalLimit = 1 << 14;

    private static readonly Location?[] s_childless = new Location?[1];
    private static int s_serial;

    private readonly Tree _tree;
    private Location?[] _children = s_childless;
    private int _childCount;

    private Location(Tree tree, Location? parent, LocationKind kind, int id, int turn)
    {
        _tree = tree;
        Parent = parent;
        Kind = kind;
        Id = id;
        Turn = turn;
        Serial = Interlocked.Increment(ref s_serial);
    }

    /// <summary>What all locations under one root share.</summary>
    private sealed class Tree
    {
        public Lock Lock { get; } = new();

        public int Count { get; set; }
    }

    public Location? Parent { get; }

    public LocationKind Kind { get; }

    public int Id { get; }

    /// <summary>For <see cref="LocationKind.Turn"/>: which turn, 0 for all turns of a folded loop.</summary>
    public int Turn { get; }

    /// <summary>Unique in the process.</summary>
    public int Serial { get; }

    /// <summary>How many locations the tree has, the root not counted.</summary>
    internal int TreeCount
    {
        get
        {
            lock (_tree.Lock)
            {
                return _tree.Count;
            }
        }
    }

    /// <summary>The tree has no room for more locations.</summary>
    internal bool IsTreeFull => TreeCount >= TreeLimit;

    /// <summary>The root location of a step, of a tree of its own.</summary>
    public static Location ForStep(int siteId) => new(new Tree(), null, LocationKind.Step, siteId, 0);

    /// <summary>The location one level deeper; always the same object for the same arguments. This one itself if the tree is full.</summary>
    public Location Child(LocationKind kind, int id, int turn = 0)
    {
        Location?[] table = Volatile.Read(ref _children);
        return Find(table, kind, id, turn) ?? AddChild(kind, id, turn);
    }

    /// <summary>All locations of the tree whose root this is, by their serial numbers.</summary>
    internal Dictionary<int, Location> BySerial()
    {
        var found = new Dictionary<int, Location>();
        var open = new Stack<Location>([this]);
        lock (_tree.Lock)
        {
            while (open.TryPop(out Location? location))
            {
                found.Add(location.Serial, location);
                foreach (Location? child in location._children)
                {
                    if (child is not null)
                    {
                        open.Push(child);
                    }
                }
            }
        }

        return found;
    }

    private static Location? Find(Location?[] table, LocationKind kind, int id, int turn)
    {
        int mask = table.Length - 1;
        for (int slot = Slot(kind, id, turn) & mask; ; slot = (slot + 1) & mask)
        {
            Location? candidate = Volatile.Read(ref table[slot]);
            if (candidate is null)
            {
                return null;
            }

            if (candidate.Id == id && candidate.Turn == turn && candidate.Kind == kind)
            {
                return candidate;
            }
        }
    }

    private Location AddChild(LocationKind kind, int id, int turn)
    {
        lock (_tree.Lock)
        {
            if (Find(_children, kind, id, turn) is { } existing)
            {
                return existing;
            }

            if (_tree.Count == TreeLimit)
            {
                return this;
            }

            if ((_childCount + 1) * 2 > _children.Length)
            {
                var grown = new Location?[Math.Max(_children.Length * 2, 4)];
                foreach (Location? old in _children)
                {
                    if (old is not null)
                    {
                        Insert(grown, old);
                    }
                }

                Volatile.Write(ref _children, grown);
            }

            var child = new Location(_tree, this, kind, id, turn);
            Insert(_children, child);
            _childCount++;
            _tree.Count++;
            return child;
        }
    }

    private static void Insert(Location?[] table, Location child)
    {
        int mask = table.Length - 1;
        int slot = Slot(child.Kind, child.Id, child.Turn) & mask;
        while (table[slot] is not null)
        {
            slot = (slot + 1) & mask;
        }

        Volatile.Write(ref table[slot], child);
    }

    private static int Slot(LocationKind kind, int id, int turn) => (id * 31) + (turn * 7) + (int)kind;

    /// <summary>The stack, outermost first, with source positions where the woven module says them.</summary>
    public override string ToString()
    {
        string own = Kind switch
        {
            LocationKind.Step => SiteTable.Describe(Id),
            LocationKind.Call => SiteTable.Describe(Id),
            LocationKind.Turn => string.Create(CultureInfo.InvariantCulture, $"{SiteTable.Describe(Id)}#{Turn}"),
            LocationKind.Backward => string.Create(CultureInfo.InvariantCulture, $"backward of @{Id}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"op {Id}"),
        };
        return Parent is null ? own : $"{Parent} > {own}";
    }
}
