using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>How kernels read numbers of a type <typeparamref name="TStored"/> that they compute with as <typeparamref name="T"/>. Every stored number is one of those.</summary>
internal unsafe interface IElements<TStored, T>
    where TStored : unmanaged
    where T : unmanaged
{
    /// <summary>As many numbers as a vector holds.</summary>
    static abstract Vector512<T> Load(TStored* from);

    static abstract T Read(TStored* from);

    /// <summary>A matrix of such numbers, as an operand of <see cref="Gemm{T}"/>.</summary>
    static abstract MatrixSource<T> Source(TStored* origin, long depthStride, long stride);
}

/// <summary>Numbers that are stored as they are.</summary>
internal readonly unsafe struct SameElements<T> : IElements<T, T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read(T* from) => *from;

    public static MatrixSource<T> Source(T* origin, long depthStride, long stride) => new StridedSource<T>(origin, depthStride, stride);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Elements : IElements<short, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(short* from) => (NarrowElements.LoadBits(from) << 16).AsSingle();

    public static float Read(short* from) => NarrowFloats.ToSingle(*from, DType.BFloat16);

    public static MatrixSource<float> Source(short* origin, long depthStride, long stride) => new NarrowSource<BFloat16Elements>(origin, depthStride, stride);
}

/// <summary>float16, by the formula of <see cref="Compiler.NarrowFloatExpansion"/>.</summary>
internal readonly unsafe struct Float16Elements : IElements<short, float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(short* from)
    {
        const float TwoTo112 = 5.192296858534828e33f, LargestExponent = 1.262177448e-29f;
        Vector512<int> bits = NarrowElements.LoadBits(from), moved = (bits & Vector512.Create(0x7FFF)) << 13;
        Vector512<float> unscaled = moved.AsSingle(), scaled = unscaled * Vector512.Create(TwoTo112);
        Vector512<int> isSpecial = Vector512.GreaterThanOrEqual(unscaled, Vector512.Create(LargestExponent)).AsInt32();
        Vector512<int> magnitude = Vector512.ConditionalSelect(isSpecial, moved | Vector512.Create(0x7F800000), scaled.AsInt32());
        return (magnitude | ((bits << 16) & Vector512.Create(int.MinValue))).AsSingle();
    }

    public static float Read(short* from)
    {
        short* vector = stackalloc short[Vector512<float>.Count];
        *vector = *from;
        return Load(vector)[0];
    }

    public static MatrixSource<float> Source(short* origin, long depthStride, long stride) => new NarrowSource<Float16Elements>(origin, depthStride, stride);
}

/// <summary>What both 16-bit types have in common.</summary>
internal static unsafe class NarrowElements
{
    /// <summary>Turns <paramref name="count"/> neighbouring numbers into float32.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TElements>(short* from, int count, float* to)
        where TElements : struct, IElements<short, float>
    {
        int x = 0, lanes = Vector512<float>.Count;
        for (; x + lanes <= count; x += lanes)
        {
            TElements.Load(from + x).Store(to + x);
        }

        if (x < count)
        {
            WidenFew<TElements>(from + x, count - x, to + x);
        }
    }

    /// <summary>As <see cref="Widen"/>, for fewer numbers than a vector holds.</summary>
    [SkipLocalsInit]
    private static void WidenFew<TElements>(short* from, int count, float* to)
        where TElements : struct, IElements<short, float>
    {
        short* bits = stackalloc short[Vector512<float>.Count];
        int half = Vector256<float>.Count;
        if (count < half)
        {
            for (int i = 0; i < count; i++)
            {
                bits[i] = from[i];
            }

            Vector512<float> values = TElements.Load(bits);
            for (int i = 0; i < count; i++)
            {
                to[i] = values[i];
            }

            return;
        }

        // The second eight overlap the first.
        int second = count - half;
        Vector128.Load(from).Store(bits);
        Vector128.Load(from + second).Store(bits + half);
        Vector512<float> both = TElements.Load(bits);
        both.GetLower().Store(to);
        both.GetUpper().Store(to + second);
    }

    /// <summary>The bits of 16 numbers, in the lower halves of lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadBits(short* from)
    {
        Vector256<short> bits = Vector256.Load(from);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(bits)
            : Vector512.Create(Vector256.WidenLower(bits), Vector256.WidenUpper(bits));
    }
}
