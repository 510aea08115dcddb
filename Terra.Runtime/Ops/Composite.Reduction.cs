using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Composite
{
    /// <summary>Standard deviation over <paramref name="dim"/> (none: all dimensions), with divisor n - correction.</summary>
    public static TensorImpl std(TensorImpl self, long[] dim, long correction, bool keepdim)
    {
        using TensorImpl variance = Aten.var(self, dim, correction, keepdim);
        return Aten.sqrt(variance);
    }

    /// <summary>
    /// The p-norm over <paramref name="dim"/> (none: all dimensions): p = 2, 1, 0 (count of nonzeros), +inf, -inf, or any other power.
    /// </summary>
    public static TensorImpl norm(TensorImpl self, double p, long[] dim, bool keepdim)
    {
        switch (p)
        {
            case 2:
                return Aten.frobenius_norm(self, dim, keepdim);

            case 1:
                using (TensorImpl magnitudes = Aten.abs(self))
                {
                    return Aten.sum(magnitudes, dim, keepdim, null);
                }

            case 0:
                using (TensorImpl nonzero = Aten.ne(self, 0))
                {
                    return Aten.sum(nonzero, dim, keepdim, self.DType);
                }

            case double.PositiveInfinity or double.NegativeInfinity:
                using (TensorImpl magnitudes = Aten.abs(self))
                {
                    return p > 0 ? Aten.amax(magnitudes, dim, keepdim) : Aten.amin(magnitudes, dim, keepdim);
                }

            default:
                using (TensorImpl magnitudes = Aten.abs(self))
                using (TensorImpl powers = p is > 0 and < 1 ? Root(magnitudes, x => Aten.pow(x, p)) : Aten.pow(magnitudes, p))
                using (TensorImpl sum = Aten.sum(powers, dim, keepdim, null))
                {
                    return p > 0 ? Root(sum, total => Aten.pow(total, 1 / p)) : Aten.pow(sum, 1 / p);
                }
        }
    }

    /// <summary>A root whose gradient at zero is zero, as PyTorch's norms and standard deviations have it; its own derivative there is infinite.</summary>
    public static TensorImpl Root(TensorImpl sum, Func<TensorImpl, TensorImpl> root)
    {
        if (!sum.RequiresGrad())
        {
            return root(sum);
        }

        using TensorImpl isZero = Aten.eq(sum, 0), safe = Aten.masked_fill(sum, isZero, 1), result = root(safe);
        return Aten.masked_fill(result, isZero, 0);
    }
}
