using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Numbers taken apart as mantissa · 2^exponent, with magnitudes of mantissas from ½ up to 1, and int32 exponents; zeros, infinities and NaNs have exponent zero.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The dtype is no floating-point type.</exception>
        public (Tensor Mantissa, Tensor Exponent) frexp()
        {
            if (!is_floating_point())
            {
                throw ShapeErrors.NotImplemented("frexp", Impl.DType);
            }

            using DisposeScope scope = NewDisposeScope();
            Tensor isWhole = eq(0).logical_or(isfinite().logical_not());
            Tensor exponent = detach().abs().masked_fill(isWhole, 0.5).log2().floor() + 1;

            // The logarithm may be rounded to the next whole number; and 2^-exponent alone may be too large for the dtype.
            Tensor half = (exponent / 2).floor(), mantissa = this * (-half).exp2() * (half - exponent).exp2(), magnitude = mantissa.detach().abs();
            Tensor isLarge = magnitude.ge(1).logical_and(isWhole.logical_not()), isSmall = magnitude.lt(0.5).logical_and(isWhole.logical_not());
            mantissa = torch.where(isLarge, mantissa * 0.5, torch.where(isSmall, mantissa * 2, mantissa));
            exponent = exponent + isLarge.to(dtype) - isSmall.to(dtype);
            return scope.MoveToOuter(mantissa, exponent.to(ScalarType.Int32));
        }
    }

    /// <inheritdoc cref="Tensor.frexp"/>
    public static (Tensor Mantissa, Tensor Exponent) frexp(Tensor input) => input.frexp();
}
