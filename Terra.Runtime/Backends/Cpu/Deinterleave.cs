using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Copies every n-th number of a line, as pooling and convolution with a stride need them: side by side.</summary>
internal static unsafe class Deinterleave
{
    /// <summary>to[i] = from[i * step] for each i below <paramref name="count"/>; reads nothing behind the last of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* from, long step, T* to, long count)
        where T : unmanaged
    {
        if (step == 1)
        {
            new ReadOnlySpan<T>(from, checked((int)count)).CopyTo(new Span<T>(to, (int)count));
            return;
        }

        for (long i = step == 2 && sizeof(T) == sizeof(float) ? Evens((float*)from, (float*)to, count) : 0; i < count; i++)
        {
            to[i] = from[i * step];
        }
    }

    /// <summary>Every second number, as far as whole vectors go; returns how far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Evens(float* from, float* to, long count)
    {
        long i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> evens = Vector512<int>.Indices * 2;
            for (; i + Vector512<float>.Count < count; i += Vector512<float>.Count)
            {
                float* at = from + 2 * i;
                Avx512F.PermuteVar16x32x2(Vector512.Load(at), evens, Vector512.Load(at + Vector512<float>.Count)).Store(to + i);
            }
        }
        else if (Avx2.IsSupported)
        {
            for (; i + Vector256<float>.Count < count; i += Vector256<float>.Count)
            {
                float* at = from + 2 * i;
                Vector256<double> pairs = Avx.Shuffle(Vector256.Load(at), Vector256.Load(at + Vector256<float>.Count), 0b10_00_10_00).AsDouble();
                Avx2.Permute4x64(pairs, 0b11_01_10_00).AsSingle().Store(to + i);
            }
        }

        return i;
    }
}
