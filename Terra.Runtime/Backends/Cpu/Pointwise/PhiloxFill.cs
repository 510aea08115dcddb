using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Random words for a run of elements: <see cref="Philox4x32"/> for eight blocks side by side, one in each 64-bit lane.</summary>
internal static unsafe class PhiloxFill
{
    private const int BlocksAtOnce = 8, WordsAtOnce = 4 * BlocksAtOnce;

    /// <param name="seed">The key.</param>
    /// <param name="offset">Block of element 0.</param>
    /// <param name="stream">Third counter word.</param>
    /// <param name="word">Which word each element takes.</param>
    /// <param name="first">Index of the first element.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="target">Receives a word for each.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Words(ulong seed, ulong offset, int stream, RandomWord word, long first, int count, int* target)
    {
        uint* words = stackalloc uint[WordsAtOnce];
        int clear = word == RandomWord.PairFirst ? ~1 : ~0, set = word == RandomWord.PairSecond ? 1 : 0;
        long next = first & ~(long)(WordsAtOnce - 1);
        for (int done = 0; done < count; next += WordsAtOnce)
        {
            Blocks(seed, unchecked(offset + (ulong)(next >> 2)), stream, words);
            int from = (int)(first + done - next), to = (int)Math.Min(WordsAtOnce, first + count - next);
            for (int i = from; i < to; i++)
            {
                target[done++] = (int)words[(i & clear) | set];
            }
        }
    }

    /// <summary>Products of numbers below 2^32; the full 64-bit multiplication takes three times as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> a, Vector512<ulong> b) =>
        Avx512F.IsSupported ? Avx512F.Multiply(a.AsUInt32(), b.AsUInt32()) : a * b;

    /// <summary>The words of eight consecutive blocks in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks(ulong seed, ulong firstBlock, int stream, uint* words)
    {
        Vector512<ulong> low = Vector512.Create(0xFFFFFFFFUL);
        Vector512<ulong> block = Vector512.Create(firstBlock) + Vector512<ulong>.Indices;
        Vector512<ulong> c0 = block & low, c1 = block >>> 32, c2 = Vector512.Create((ulong)(uint)stream), c3 = Vector512<ulong>.Zero;
        Vector512<ulong> multiplierA = Vector512.Create(0xD2511F53UL), multiplierB = Vector512.Create(0xCD9E8D57UL);
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            Vector512<ulong> a = Product(multiplierA, c0), b = Product(multiplierB, c2);
            c0 = (b >>> 32) ^ c1 ^ Vector512.Create((ulong)k0);
            c1 = b & low;
            c2 = (a >>> 32) ^ c3 ^ Vector512.Create((ulong)k1);
            c3 = a & low;
            k0 = unchecked(k0 + 0x9E3779B9);
            k1 = unchecked(k1 + 0xBB67AE85);
        }

        // Words 0 and 1 in one 64-bit lane, words 2 and 3 in another; then lanes in pairs.
        ulong* front = stackalloc ulong[BlocksAtOnce], back = stackalloc ulong[BlocksAtOnce];
        (c0 | (c1 << 32)).Store(front);
        (c2 | (c3 << 32)).Store(back);
        for (int i = 0; i < BlocksAtOnce; i++)
        {
            ((ulong*)words)[2 * i] = front[i];
            ((ulong*)words)[(2 * i) + 1] = back[i];
        }
    }
}
