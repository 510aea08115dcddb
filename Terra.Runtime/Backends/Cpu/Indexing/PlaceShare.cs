using System.Runtime.CompilerServices;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Writes elements of a list to their places.</summary>
/// <param name="positions">Where in the list they stand, ascending.</param>
/// <param name="count">How many they are.</param>
internal unsafe delegate void PlaceWrites(long* positions, long count);

/// <summary>
/// Shares writes to a list of places, of which some may be the same, among threads: each has a range of places and looks through the list for its own. So writes to
/// one place come in the order of the list, whatever the number of threads.
/// </summary>
internal static unsafe class PlaceShare
{
    private const long WritesPerTask = 16384, PositionsAtOnce = 512;

    /// <summary>Whether so many writes are faster on several threads.</summary>
    public static bool Pays(long count) => Parts(count) > 1;

    /// <summary>Does all writes.</summary>
    /// <param name="places">The list.</param>
    /// <param name="count">Its length.</param>
    /// <param name="extent">Above all places, none of which is negative.</param>
    /// <param name="writes">Called for some elements at a time, on any thread.</param>
    public static void Run(long* places, long count, long extent, PlaceWrites writes)
    {
        long parts = Parts(count), perPart = ((extent - 1) / parts) + 1;
        WorkerPool.Shared.Each(parts, part =>
        {
            long* positions = stackalloc long[(int)PositionsAtOnce];
            for (long at = 0; at < count; at += PositionsAtOnce)
            {
                long found = Find(places, at, Math.Min(at + PositionsAtOnce, count), part * perPart, perPart, positions);
                writes(positions, found);
            }
        });
    }

    private static long Parts(long count) => Math.Min(WorkerPool.Shared.NumThreads, count / WritesPerTask);

    /// <summary>Notes the positions of places in a range; a branch would be mispredicted every second time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static long Find(long* places, long from, long to, long first, long length, long* positions)
    {
        long found = 0;
        for (long i = from; i < to; i++)
        {
            positions[found] = i;
            found += (ulong)(places[i] - first) < (ulong)length ? 1 : 0;
        }

        return found;
    }
}
