namespace TorchSharp;

public static partial class torch
{
    /// <summary>The limits of the default dtype.</summary>
    public static FInfo finfo() => finfo(s_defaultDtype);

    /// <summary>The limits of a floating-point dtype.</summary>
    /// <exception cref="ArgumentException">The dtype is no floating-point type.</exception>
    public static FInfo finfo(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => new FInfo
        {
            bits = 16,
            eps = 0.0009765625,
            max = 65504,
            min = -65504,
            tiny = 6.103515625e-05,
            smallest_normal = 6.103515625e-05,
            resolution = 0.001,
        },
        ScalarType.BFloat16 => new FInfo
        {
            bits = 16,
            eps = 0.0078125,
            max = 3.3895313892515355e+38,
            min = -3.3895313892515355e+38,
            tiny = 1.1754943508222875e-38,
            smallest_normal = 1.1754943508222875e-38,
            resolution = 0.01,
        },
        ScalarType.Float32 => new FInfo
        {
            bits = 32,
            eps = 1.1920928955078125e-07,
            max = float.MaxValue,
            min = float.MinValue,
            tiny = 1.1754943508222875e-38,
            smallest_normal = 1.1754943508222875e-38,
            resolution = 1e-06,
        },
        ScalarType.Float64 => new FInfo
        {
            bits = 64,
            eps = 2.220446049250313e-16,
            max = double.MaxValue,
            min = double.MinValue,
            tiny = 2.2250738585072014e-308,
            smallest_normal = 2.2250738585072014e-308,
            resolution = 1e-15,
        },
        _ => throw new ArgumentException($"{dtype} is not a floating-point type; use torch.max_int_value for integer types"),
    };

    /// <summary>The limits of a floating-point dtype.</summary>
    public struct FInfo
    {
        public int bits;

        /// <summary>The distance from 1 to the next number.</summary>
        public double eps;

        public double max;

        public double min;

        /// <summary>The smallest positive normal number.</summary>
        public double tiny;

        /// <inheritdoc cref="tiny"/>
        public double smallest_normal;

        /// <summary>The decimal resolution.</summary>
        public double resolution;
    }
}
