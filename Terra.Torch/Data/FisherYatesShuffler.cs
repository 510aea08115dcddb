using System.Collections;

namespace TorchSharp.Utils;

/// <summary>
/// The numbers 0 to size - 1 in random order (the "inside-out" shuffle of Fisher and Yates): with a seed the same order each time, the
/// one TorchSharp gives for that seed; without, another each time.
/// </summary>
public class FisherYatesShuffler : IEnumerable<long>
{
    private readonly long _size;
    private readonly int? _seed;

    public FisherYatesShuffler(long size, int? seed = null) => (_size, _seed) = (size, seed);

    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shuffled()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long[] Shuffled()
    {
        var random = _seed is { } seed ? new Random(seed) : new Random();
        var order = new long[_size];
        for (long i = 0; i < _size; i++)
        {
            long other = unchecked(((long)random.Next() << 32) + (uint)random.Next()) % (i + 1);
            order[i] = order[other];
            order[other] = i;
        }

        return order;
    }
}
