using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Element-wise passes over contiguous rows. The rest of a row goes through the same vector code, so an element's bits do not depend on its place.</summary>
[SkipLocalsInit]
internal static unsafe class RowMath
{
    /// <summary>y = x * factor.</summary>
    public static void Scale<T>(T* x, T* y, long count, T factor)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, Scaled<T>>(x, x, y, count, Vector512.Create(factor), default);

    /// <summary>y = x / divisor.</summary>
    public static void Divide<T>(T* x, T* y, long count, T divisor)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, Quotient<T>>(x, x, y, count, Vector512.Create(divisor), default);

    /// <summary>y = (x - first) - second.</summary>
    public static void SubtractTwice<T>(T* x, T* y, long count, T first, T second)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, TwoDifferences<T>>(x, x, y, count, Vector512.Create(first), Vector512.Create(second));

    /// <summary>y = (a - center) * b.</summary>
    public static void CenteredProduct<T>(T* a, T* b, T* y, long count, T center)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, CenteredTimes<T>>(a, b, y, count, Vector512.Create(center), default);

    /// <summary>y = a - exp(b) * factor.</summary>
    public static void SubtractExp<T>(T* a, T* b, T* y, long count, T factor)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, ExpDifference<T>>(a, b, y, count, Vector512.Create(factor), default);

    /// <summary>y = (x - shift) * scale.</summary>
    public static void Normalize<T>(T* x, T* y, long count, T shift, T scale)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, Standardized<T>>(x, x, y, count, Vector512.Create(shift), Vector512.Create(scale));

    /// <summary>y = (x - shift) * scale * weight + bias in one pass, rounded after each operation; weight and bias may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormalizeAffine<T>(T* x, T* weight, T* bias, T* y, long count, T shift, T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> p = Vector512.Create(shift), q = Vector512.Create(scale);
        long at = 0;
        for (; at + lanes <= count; at += lanes)
        {
            Vector512<T> value = (Vector512.Load(x + at) - p) * q;
            value = weight == null ? value : value * Vector512.Load(weight + at);
            value = bias == null ? value : value + Vector512.Load(bias + at);
            value.Store(y + at);
        }

        if (at < count)
        {
            Vector512<T> value = (Rows.LoadTail(x + at, count - at, default(T)) - p) * q;
            value = weight == null ? value : value * Rows.LoadTail(weight + at, count - at, default(T));
            value = bias == null ? value : value + Rows.LoadTail(bias + at, count - at, default(T));
            Rows.StoreTail(value, y + at, count - at);
        }
    }

    /// <summary>y = x * factor + term.</summary>
    public static void Affine<T>(T* x, T* y, long count, T factor, T term)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, ScaledSum<T>>(x, x, y, count, Vector512.Create(factor), Vector512.Create(term));

    /// <summary>y = x * factors + terms, each element with its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine<T>(T* x, T* y, long count, T* factors, T* terms)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        long at = 0;
        for (; at + lanes <= count; at += lanes)
        {
            (Vector512.Load(x + at) * Vector512.Load(factors + at) + Vector512.Load(terms + at)).Store(y + at);
        }

        if (at < count)
        {
            Vector512<T> product = Rows.LoadTail(x + at, count - at, default(T)) * Rows.LoadTail(factors + at, count - at, default(T));
            Rows.StoreTail(product + Rows.LoadTail(terms + at, count - at, default(T)), y + at, count - at);
        }
    }

    /// <summary>y = a * b.</summary>
    public static void Multiply<T>(T* a, T* b, T* y, long count)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, Product<T>>(a, b, y, count, default, default);

    /// <summary>y = a + b.</summary>
    public static void Add<T>(T* a, T* b, T* y, long count)
        where T : unmanaged, IFloatingPointIeee754<T> => Map<T, Sum<T>>(a, b, y, count, default, default);

    /// <summary>y = (grad - (x - mean) * slope - meanGrad) * scale: the data gradient of normalizing a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormalizationGradient<T>(T* grad, T* x, T* y, long count, NormalizationSlope<T> parameters)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        Vector512<T> mean = Vector512.Create(parameters.Mean), slope = Vector512.Create(parameters.Slope);
        Vector512<T> meanGradient = Vector512.Create(parameters.MeanGradient), scale = Vector512.Create(parameters.Scale);
        long at = 0;
        for (; at + lanes <= count; at += lanes)
        {
            Vector512<T> part = (Vector512.Load(x + at) - mean) * slope;
            ((Vector512.Load(grad + at) - part - meanGradient) * scale).Store(y + at);
        }

        if (at < count)
        {
            Vector512<T> part = (Rows.LoadTail(x + at, count - at, default(T)) - mean) * slope;
            Rows.StoreTail((Rows.LoadTail(grad + at, count - at, default(T)) - part - meanGradient) * scale, y + at, count - at);
        }
    }

    /// <summary>As the other, each element with its own parameters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormalizationGradient<T>(T* grad, T* x, T* y, long count, NormalizationSlopes<T> parameters)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        long at = 0;
        for (; at + lanes <= count; at += lanes)
        {
            Vector512<T> part = (Vector512.Load(x + at) - Vector512.Load(parameters.Means + at)) * Vector512.Load(parameters.Slopes + at);
            ((Vector512.Load(grad + at) - part - Vector512.Load(parameters.MeanGradients + at)) * Vector512.Load(parameters.Scales + at)).Store(y + at);
        }

        for (; at < count; at++)
        {
            NormalizationGradient(grad + at, x + at, y + at, 1, parameters[at]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<T, TRule>(T* a, T* b, T* y, long count, Vector512<T> p, Vector512<T> q)
        where T : unmanaged
        where TRule : struct, IRule<T>
    {
        int lanes = Vector512<T>.Count;
        long at = 0;
        for (; at + lanes <= count; at += lanes)
        {
            TRule.Of(Vector512.Load(a + at), Vector512.Load(b + at), p, q).Store(y + at);
        }

        if (at < count)
        {
            Vector512<T> first = Rows.LoadTail(a + at, count - at, default(T)), second = Rows.LoadTail(b + at, count - at, default(T));
            Rows.StoreTail(TRule.Of(first, second, p, q), y + at, count - at);
        }
    }

    private interface IRule<T>
    {
        static abstract Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q);
    }

    private readonly struct Scaled<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => a * p;
    }

    private readonly struct Quotient<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => a / p;
    }

    private readonly struct TwoDifferences<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => a - p - q;
    }

    private readonly struct CenteredTimes<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => (a - p) * b;
    }

    private readonly struct ExpDifference<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => a - (ExpOf(b) * p);
    }

    private readonly struct Standardized<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => (a - p) * q;
    }

    private readonly struct ScaledSum<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => (a * p) + q;
    }

    private readonly struct Product<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => a * b;
    }

    private readonly struct Sum<T> : IRule<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b, Vector512<T> p, Vector512<T> q) => a + b;
    }

    /// <summary>exp of each element, in float or double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpOf<T>(Vector512<T> x) =>
        typeof(T) == typeof(float) ? VectorExp.Exp(x.AsSingle()).As<float, T>() : VectorExp.Exp(x.AsDouble()).As<double, T>();
}

/// <summary>The numbers of <see cref="RowMath.NormalizationGradient{T}(T*, T*, T*, long, NormalizationSlope{T})"/>.</summary>
internal readonly record struct NormalizationSlope<T>(T Mean, T Slope, T MeanGradient, T Scale);

/// <summary>The numbers of <see cref="RowMath.NormalizationGradient{T}(T*, T*, T*, long, NormalizationSlopes{T})"/>, an array of each.</summary>
internal readonly unsafe struct NormalizationSlopes<T>(T* means, T* slopes, T* meanGradients, T* scales)
    where T : unmanaged
{
    public T* Means => means;

    public T* Slopes => slopes;

    public T* MeanGradients => meanGradients;

    public T* Scales => scales;

    public NormalizationSlope<T> this[long index] => new(means[index], slopes[index], meanGradients[index], scales[index]);
}
