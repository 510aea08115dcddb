namespace Terra.Runtime.Core;

/// <summary>
/// Where in its stream a random op draws: Philox4x32-10 (Salmon et al., SC 2011) keyed by <see cref="Seed"/>; element i of the op
/// uses counter <see cref="Offset"/> + i / 4. Fixed by the program's order of random ops, so eager and graph draw the same numbers.
/// </summary>
public readonly record struct PhiloxState(ulong Seed, ulong Offset);

/// <summary>A random number generator: a seed and a position that each random op advances in program order.</summary>
public sealed class PhiloxGenerator
{
    private readonly Lock _lock = new();
    private ulong _seed;
    private ulong _offset;

    public PhiloxGenerator(ulong seed) => _seed = seed;

    public PhiloxState State
    {
        get
        {
            lock (_lock)
            {
                return new PhiloxState(_seed, _offset);
            }
        }

        set
        {
            lock (_lock)
            {
                (_seed, _offset) = (value.Seed, value.Offset);
            }
        }
    }

    /// <summary>Reserves the numbers for one op over <paramref name="elements"/> elements and returns where they start.</summary>
    public PhiloxState Reserve(long elements)
    {
        lock (_lock)
        {
            var state = new PhiloxState(_seed, _offset);
            _offset += (ulong)((elements + 3) / 4);
            return state;
        }
    }
}
