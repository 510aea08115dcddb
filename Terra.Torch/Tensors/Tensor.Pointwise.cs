using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The absolute value.</summary>
        public Tensor abs() => new(Aten.abs(Impl));

        /// <summary>The absolute value; in place.</summary>
        public Tensor abs_() => Mutated(Aten.abs_(Impl));

        /// <inheritdoc cref="abs()"/>
        public Tensor absolute() => abs();

        /// <inheritdoc cref="abs_()"/>
        public Tensor absolute_() => abs_();

        /// <summary>The smallest integer not below.</summary>
        public Tensor ceil() => new(Aten.ceil(Impl));

        /// <summary>The smallest integer not below; in place.</summary>
        public Tensor ceil_() => Mutated(Aten.ceil_(Impl));

        /// <summary>e to the power of each element.</summary>
        public Tensor exp() => new(Aten.exp(Impl));

        /// <summary>e to the power of each element; in place.</summary>
        public Tensor exp_() => Mutated(Aten.exp_(Impl));

        /// <summary>2 to the power of each element.</summary>
        public Tensor exp2() => new(Aten.exp2(Impl));

        /// <summary>2 to the power of each element; in place.</summary>
        public Tensor exp2_() => Mutated(Aten.exp2_(Impl));

        /// <summary>e to the power of each element, minus one.</summary>
        public Tensor expm1() => new(Aten.expm1(Impl));

        /// <summary>e to the power of each element, minus one; in place.</summary>
        public Tensor expm1_() => Mutated(Aten.expm1_(Impl));

        /// <summary>The largest integer not above.</summary>
        public Tensor floor() => new(Aten.floor(Impl));

        /// <summary>The largest integer not above; in place.</summary>
        public Tensor floor_() => Mutated(Aten.floor_(Impl));

        /// <summary>The part after the decimal point, with the sign of the element.</summary>
        public Tensor frac() => new(Aten.frac(Impl));

        /// <summary>The part after the decimal point, with the sign of the element; in place.</summary>
        public Tensor frac_() => Mutated(Aten.frac_(Impl));

        /// <summary>The natural logarithm.</summary>
        public Tensor log() => new(Aten.log(Impl));

        /// <summary>The natural logarithm; in place.</summary>
        public Tensor log_() => Mutated(Aten.log_(Impl));

        /// <summary>The logarithm to base 10.</summary>
        public Tensor log10() => new(Aten.log10(Impl));

        /// <summary>The logarithm to base 10; in place.</summary>
        public Tensor log10_() => Mutated(Aten.log10_(Impl));

        /// <summary>The natural logarithm of one plus each element.</summary>
        public Tensor log1p() => new(Aten.log1p(Impl));

        /// <summary>The natural logarithm of one plus each element; in place.</summary>
        public Tensor log1p_() => Mutated(Aten.log1p_(Impl));

        /// <summary>The logarithm to base 2.</summary>
        public Tensor log2() => new(Aten.log2(Impl));

        /// <summary>The logarithm to base 2; in place.</summary>
        public Tensor log2_() => Mutated(Aten.log2_(Impl));

        /// <summary>One over each element.</summary>
        public Tensor reciprocal() => new(Aten.reciprocal(Impl));

        /// <summary>One over each element; in place.</summary>
        public Tensor reciprocal_() => Mutated(Aten.reciprocal_(Impl));

        /// <summary>One over the square root.</summary>
        public Tensor rsqrt() => new(Aten.rsqrt(Impl));

        /// <summary>One over the square root; in place.</summary>
        public Tensor rsqrt_() => Mutated(Aten.rsqrt_(Impl));

        /// <summary>-1, 0 or 1 as each element is negative, zero or positive.</summary>
        public Tensor sign() => new(Aten.sign(Impl));

        /// <summary>-1, 0 or 1 as each element is negative, zero or positive; in place.</summary>
        public Tensor sign_() => Mutated(Aten.sign_(Impl));

        /// <summary>The square root.</summary>
        public Tensor sqrt() => new(Aten.sqrt(Impl));

        /// <summary>The square root; in place.</summary>
        public Tensor sqrt_() => Mutated(Aten.sqrt_(Impl));

        /// <summary>Each element rounded toward zero.</summary>
        public Tensor trunc() => new(Aten.trunc(Impl));

        /// <summary>Each element rounded toward zero; in place.</summary>
        public Tensor trunc_() => Mutated(Aten.trunc_(Impl));

        /// <inheritdoc cref="trunc()"/>
        public Tensor fix() => trunc();

        /// <inheritdoc cref="trunc_()"/>
        public Tensor fix_() => trunc_();

        /// <summary>The error function.</summary>
        public Tensor erf() => new(Aten.erf(Impl));

        /// <summary>The error function; in place.</summary>
        public Tensor erf_() => Mutated(Aten.erf_(Impl));

        /// <summary>Each element negated.</summary>
        public Tensor neg() => new(Aten.neg(Impl));

        /// <summary>Each element negated; in place.</summary>
        public Tensor neg_() => Mutated(Aten.neg_(Impl));

        /// <inheritdoc cref="neg()"/>
        public Tensor negative() => neg();

        /// <summary>Each element squared.</summary>
        public Tensor square() => new(Aten.square(Impl));

        /// <summary>The tensor itself, in another handle.</summary>
        public Tensor positive() => SameTensor();
    }
}
