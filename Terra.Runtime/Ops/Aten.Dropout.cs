using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Dropout, made of two leaf ops.</content>
public static partial class Aten
{
    /// <summary>
    /// Zeroes elements with probability <paramref name="p"/> and scales the others by <c>1 / (1 - p)</c>.
    /// </summary>
    /// <returns>The result, and the bool mask of the elements that were kept.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException"><paramref name="p"/> is not a probability.</exception>
    public static TensorImpl[] native_dropout(TensorImpl input, double p, PhiloxState generator)
    {
        TensorImpl mask = dropout_mask(input, p, generator);
        return [_masked_scale(input, mask, p < 1 ? 1 / (1 - p) : 0), mask];
    }
}
