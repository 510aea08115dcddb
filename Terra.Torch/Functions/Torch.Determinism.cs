namespace TorchSharp;

public static partial class torch
{
    private static bool s_deterministic;
    private static bool s_warnOnly;
    private static Float32MatmulPrecision s_matmulPrecision = Float32MatmulPrecision.highest;

    /// <summary>Notes whether deterministic algorithms are wanted. Every op of Terra is deterministic, so this changes nothing else.</summary>
    /// <returns>What restores the former setting.</returns>
    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false)
    {
        (bool before, bool warnBefore) = (s_deterministic, s_warnOnly);
        (s_deterministic, s_warnOnly) = (mode, warn_only);
        return new Restoring(() => (s_deterministic, s_warnOnly) = (before, warnBefore));
    }

    /// <summary>Whether deterministic algorithms were asked for.</summary>
    public static bool are_deterministic_algorithms_enabled() => s_deterministic;

    /// <summary>Whether only warnings were asked for in place of errors.</summary>
    public static bool is_deterministic_algorithms_warn_only_enabled() => s_warnOnly;

    /// <summary>
    /// Notes how exact products of float32 matrices must at least be. Terra multiplies and adds them in float32 whatever this says; tensors of a 16-bit dtype
    /// (<see cref="Tensor.bfloat16"/>) are the way to less.
    /// </summary>
    /// <returns>What restores the former setting.</returns>
    public static IDisposable set_float32_matmul_precision(Float32MatmulPrecision precision)
    {
        Float32MatmulPrecision before = s_matmulPrecision;
        s_matmulPrecision = precision;
        return new Restoring(() => s_matmulPrecision = before);
    }

    /// <summary>How exact products of float32 matrices must at least be.</summary>
    public static Float32MatmulPrecision get_float32_matmul_precision() => s_matmulPrecision;

    private sealed class Restoring(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
