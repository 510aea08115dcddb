namespace Terra.Runtime.Core;

/// <summary>
/// The counter-based generator Philox4x32-10 of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as easy as 1, 2, 3", SC 2011). The key is the seed;
/// the counter's low 64 bits are a block number, its third word a stream.
/// </summary>
public static class Philox4x32
{
    private const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57, WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;

    /// <summary>The four words of one block.</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(ulong seed, ulong block, int stream)
    {
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        uint c0 = (uint)block, c1 = (uint)(block >> 32), c2 = (uint)stream, c3 = 0;
        for (int round = 0; round < 10; round++)
        {
            ulong a = (ulong)MultiplierA * c0, b = (ulong)MultiplierB * c2;
            (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ k0, (uint)b, (uint)(a >> 32) ^ c3 ^ k1, (uint)a);
            k0 = unchecked(k0 + WeylA);
            k1 = unchecked(k1 + WeylB);
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Word <paramref name="index"/> of the sequence whose first block is <paramref name="offset"/>, as a signed number.</summary>
    public static int Word(ulong seed, ulong offset, int stream, long index)
    {
        (uint w0, uint w1, uint w2, uint w3) = Block(seed, unchecked(offset + (ulong)(index >> 2)), stream);
        return (int)((index & 3) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 });
    }
}
