namespace TorchSharp.Modules;

/// <summary>Checks the options an optimizer is constructed with.</summary>
internal static class OptionRanges
{
    /// <exception cref="ArgumentException">A value is negative or NaN.</exception>
    internal static void NotNegative(string optimizer, params ReadOnlySpan<(string Name, double Value)> options)
    {
        foreach ((string name, double value) in options)
        {
            if (!(value >= 0))
            {
                throw new ArgumentException($"{optimizer}: invalid {name} {value}; it must not be negative");
            }
        }
    }

    /// <exception cref="ArgumentException">A decay rate is not in [0, 1).</exception>
    internal static void Betas(string optimizer, double beta1, double beta2)
    {
        if (beta1 is not (>= 0 and < 1) || beta2 is not (>= 0 and < 1))
        {
            throw new ArgumentException($"{optimizer}: invalid betas ({beta1}, {beta2}); both must be in [0, 1)");
        }
    }
}
