namespace TorchSharp;

/// <content>Window functions of signal processing, and numbers spaced evenly on a logarithmic scale.</content>
public static partial class torch
{
    /// <summary>A triangular window.</summary>
    /// <param name="len">Its size.</param>
    /// <param name="periodic">Whether it is a period of a longer one (for use with the Fourier transform) or symmetric.</param>
    public static Tensor bartlett_window(
        long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, static (i, last) => 1 - ((2 * i / last) - 1).abs());

    /// <summary>0.42 - 0.5 cos(2πi / n) + 0.08 cos(4πi / n).</summary>
    /// <inheritdoc cref="bartlett_window"/>
    public static Tensor blackman_window(
        long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, static (i, last) => 0.42 - (0.5 * (2 * Math.PI * i / last).cos()) + (0.08 * (4 * Math.PI * i / last).cos()));

    /// <summary>Kaiser's window I₀(β √(1 - (2i / n - 1)²)) / I₀(β).</summary>
    /// <inheritdoc cref="bartlett_window"/>
    /// <param name="beta">How narrow it is.</param>
    public static Tensor kaiser_window(
        long len, bool periodic = true, float beta = 12, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, (i, last) => (beta * (1 - ((2 * i / last) - 1).square()).clamp_min(0).sqrt()).i0() / full([], beta, ScalarType.Float64).i0());

    /// <summary>alpha - beta cos(2πi / n).</summary>
    /// <inheritdoc cref="bartlett_window"/>
    public static Tensor hamming_window(
        long len,
        bool periodic = true,
        float alpha = 0.54f,
        float beta = 0.46f,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, (i, last) => alpha - (beta * (2 * Math.PI * i / last).cos()));

    /// <summary>0.5 - 0.5 cos(2πi / n).</summary>
    /// <inheritdoc cref="bartlett_window"/>
    public static Tensor hann_window(
        long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Window(len, periodic, dtype, device, requires_grad, static (i, last) => 0.5 - (0.5 * (2 * Math.PI * i / last).cos()));

    /// <summary>Powers of a base with exponents from start to end at equal distances.</summary>
    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor result = WrappedTensorDisposeScope(() => full([], @base, ScalarType.Float64, device)
            .pow(linspace(start, end, steps, ScalarType.Float64, device))
            .to(dtype ?? get_default_dtype()));
        return requires_grad ? result.requires_grad_() : result;
    }

    private static Tensor Window(
        long length, bool periodic, ScalarType? dtype, Device? device, bool requiresGrad, Func<Tensor, double, Tensor> shape)
    {
        Tensor result = length <= 1
            ? ones([length], dtype, device)
            : WrappedTensorDisposeScope(() => shape(arange(length, dtype: dtype ?? get_default_dtype(), device: device), periodic ? length : length - 1));
        return requiresGrad ? result.requires_grad_() : result;
    }
}
