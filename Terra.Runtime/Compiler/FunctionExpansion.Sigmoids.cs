using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <content>
/// Functions that go from one bound to another: quotients of exponentials, without a division, for which processors take as long as for the rest.
/// </content>
internal static partial class FunctionExpansion
{
    /// <summary>1 / (1 + e^-x), both terms times 2^-32: so the sum and its reciprocal are normal numbers where the result is not.</summary>
    private static IrValue Sigmoid(IrValue x)
    {
        // Beyond these bounds the result is 0 or 1. A NaN passes both.
        const float Scale = 1 / 4294967296f, ScaledMagic = Magic - 32;
        IrValue clamped = x.Like(-104f).NativeMax(x.Like(30f).NativeMin(x));
        IrValue shifted = clamped.Fma(x.Like(-Log2E), x.Like(ScaledMagic));
        IrValue n = shifted - ScaledMagic;
        IrValue r = n.Fma(x.Like(-2.12194440e-4f), n.Fma(x.Like(0.693359375f), clamped));
        IrValue factor = r.PolynomialInPairs(1.3814522e-3f, -8.368731e-3f, 4.166839e-2f, -1.6666521e-1f, 4.9999994e-1f);
        IrValue sum = factor.Fma(r, x.Like(-1f)).Fma(r, x.Like(1f)).Fma(PowerOfTwo(shifted), x.Like(Scale));
        IrValue negated = Reciprocal(sum, -1);
        return negated.Fma(sum.Fma(negated, x.Like(1f)), negated) * -Scale;
    }

    /// <summary>h / (1 - h) where h = (1 - e^-2|x|) / 2, which is as exact near zero as beyond.</summary>
    private static IrValue Tanh(IrValue x)
    {
        // Beyond the bound the result is 1.
        IrValue bounded = x.Like(10f).NativeMin(x.Abs());
        IrValue shifted = bounded.Fma(x.Like(-2 * Log2E), x.Like(Magic));
        IrValue r = (shifted - Magic).Fma(x.Like(0.346573591f), bounded);
        IrValue factor = r.PolynomialInPairs(1.2775939e-2f, -4.4618357e-2f, 1.333315e-1f, -3.333306e-1f, 6.666667e-1f, -1f);
        IrValue scale = PowerOfTwo(shifted);
        IrValue h = factor.Fma(r * r, r).Fma(scale, scale.Fma(x.Like(-0.5f), x.Like(0.5f)));
        IrValue reciprocal = Reciprocal(x.Like(1f) - h, 1), quotient = h * reciprocal;

        // What the quotient leaves of h: the difference is exact, and so is what the divisor lost when it was rounded made up for.
        IrValue rest = quotient.Fma(h, h - quotient);
        return rest.Fma(reciprocal, quotient).WithSignOf(x);
    }

    /// <summary>
    /// ½ ± (½ - 2^-(1 + |x| q(|x|))), where the power is the distribution's share beyond |x|: its errors vanish in ½ as it does. Beyond 5.7 nothing is left of it.
    /// </summary>
    private static IrValue NormalCdf(IrValue x)
    {
        IrValue bounded = x.Like(5.7f).NativeMin(x.Abs());
        IrValue slope = bounded.PolynomialInPairs(
            -2.8347238e-6f, 3.9375867e-5f, -1.8617378e-4f, -1.3694623e-4f, 7.063425e-3f, -5.2496176e-2f, -4.592082e-1f, -1.1511052f);
        IrValue shifted = slope.Fma(bounded, x.Like(Magic));
        IrValue f = slope.Fma(bounded, x.Like(Magic) - shifted);
        IrValue power = f.PolynomialInPairs(1.534582e-4f, 1.3399958e-3f, 9.618489e-3f, 5.5503286e-2f, 2.4022646e-1f, 6.931472e-1f, 1f);
        IrValue half = x.Like(0.5f), share = power.Fma(PowerOfTwo(shifted, -0.5f), half);
        return half + share.WithSignOf(x);
    }

    /// <summary>
    /// sign / x of a positive, normal x whose reciprocal is normal, too, with a relative error of 3.3 · 10^-5: a guess from the bits and a cubic step, with the constants that make the
    /// error least, as L. Moroz, V. Samotyy and O. Horyachyy find them for roots ("Modified fast inverse square root and square root approximation algorithms", 2021). NaN stays.
    /// </summary>
    private static IrValue Reciprocal(IrValue x, int sign)
    {
        const float Offset = 1.5009612f;
        IrValue bits = x.Bits(DType.Int32), guess = (bits.Like(0x7EF33400 | (sign & int.MinValue)) - bits).Bits(DType.Float32);
        IrValue difference = guess.Fma(x, x.Like(-sign * Offset));
        return guess * difference.Fma(difference, x.Like(0.7490391f));
    }
}
