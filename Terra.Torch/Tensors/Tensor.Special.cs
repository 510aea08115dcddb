using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>Functions that models use now and then.</remarks>
    public partial class Tensor
    {
        /// <summary>Inverse hyperbolic sine.</summary>
        public Tensor asinh() => new(Aten.asinh(Impl));

        /// <inheritdoc cref="asinh()"/>
        public Tensor asinh_() => Overwrite(Aten.asinh);

        /// <inheritdoc cref="asinh()"/>
        public Tensor arcsinh() => new(Aten.asinh(Impl));

        /// <inheritdoc cref="asinh()"/>
        public Tensor arcsinh_() => Overwrite(Aten.asinh);

        /// <summary>Inverse hyperbolic cosine; NaN below one.</summary>
        public Tensor acosh() => new(Aten.acosh(Impl));

        /// <inheritdoc cref="acosh()"/>
        public Tensor acosh_() => Overwrite(Aten.acosh);

        /// <inheritdoc cref="acosh()"/>
        public Tensor arccosh() => new(Aten.acosh(Impl));

        /// <inheritdoc cref="acosh()"/>
        public Tensor arccosh_() => Overwrite(Aten.acosh);

        /// <summary>Inverse hyperbolic tangent; ±∞ at ±1, NaN beyond.</summary>
        public Tensor atanh() => new(Aten.atanh(Impl));

        /// <inheritdoc cref="atanh()"/>
        public Tensor atanh_() => Overwrite(Aten.atanh);

        /// <inheritdoc cref="atanh()"/>
        public Tensor arctanh() => new(Aten.atanh(Impl));

        /// <inheritdoc cref="atanh()"/>
        public Tensor arctanh_() => Overwrite(Aten.atanh);

        /// <summary>Inverse of the error function; ±∞ at ±1, NaN beyond.</summary>
        public Tensor erfinv() => new(Aten.erfinv(Impl));

        /// <inheritdoc cref="erfinv()"/>
        public Tensor erfinv_() => Overwrite(Aten.erfinv);

        /// <summary>The sign: -1, 0 or 1.</summary>
        public Tensor sgn() => new(Aten.sign(Impl));

        /// <inheritdoc cref="sgn()"/>
        public Tensor sgn_() => Overwrite(Aten.sign);

        /// <summary>√(this² + other²), without early overflow.</summary>
        public Tensor hypot(Tensor other) => new(Aten.hypot(Impl, other.Impl));

        /// <summary>The magnitude of each element with the sign of the other's.</summary>
        public Tensor copysign(Tensor other) => new(Aten.copysign(Impl, other.Impl));

        /// <inheritdoc cref="copysign(Tensor)"/>
        public Tensor copysign_(Tensor other) => Overwrite(self => Aten.copysign(self, other.Impl));

        /// <summary>The larger element; the other one where one is NaN.</summary>
        public Tensor fmax(Tensor other) => new(Aten.fmax(Impl, other.Impl));

        /// <summary>The smaller element; the other one where one is NaN.</summary>
        public Tensor fmin(Tensor other) => new(Aten.fmin(Impl, other.Impl));

        /// <summary>log(exp(this) + exp(other)), without overflow.</summary>
        public Tensor logaddexp(Tensor other) => new(Aten.logaddexp(Impl, other.Impl));

        /// <summary>0 where negative, 1 where positive, the other's element where zero.</summary>
        public Tensor heaviside(Tensor other) => new(Aten.heaviside(Impl, other.Impl));

        /// <inheritdoc cref="heaviside(Tensor)"/>
        public Tensor heaviside_(Tensor other) => Overwrite(self => Aten.heaviside(self, other.Impl));

        /// <summary>Integers shifted to the left.</summary>
        public Tensor bitwise_left_shift(Tensor other) => new(Aten.bitwise_left_shift(Impl, other.Impl));

        /// <inheritdoc cref="bitwise_left_shift(Tensor)"/>
        public Tensor bitwise_left_shift_(Tensor other) => Overwrite(self => Aten.bitwise_left_shift(self, other.Impl));

        /// <summary>Integers shifted to the right, the sign repeated.</summary>
        public Tensor bitwise_right_shift(Tensor other) => new(Aten.bitwise_right_shift(Impl, other.Impl));

        /// <inheritdoc cref="bitwise_right_shift(Tensor)"/>
        public Tensor bitwise_right_shift_(Tensor other) => Overwrite(self => Aten.bitwise_right_shift(self, other.Impl));

        /// <summary>this · log(y), and zero where this is zero.</summary>
        public Tensor xlogy(Tensor y) => new(Aten.xlogy(Impl, y.Impl));

        /// <inheritdoc cref="xlogy(Tensor)"/>
        public Tensor xlogy_(Tensor y) => Overwrite(self => Aten.xlogy(self, y.Impl));

        /// <inheritdoc cref="xlogy(Tensor)"/>
        public Tensor xlogy(Scalar y)
        {
            using TensorImpl other = Aten.full([], y.Value, TypePromotion.ToFloat(Impl.DType));
            return new(Aten.xlogy(Impl, other));
        }

        /// <inheritdoc cref="xlogy(Tensor)"/>
        public Tensor xlogy_(Scalar y) => Overwrite(self =>
        {
            using TensorImpl other = Aten.full([], y.Value, TypePromotion.ToFloat(self.DType));
            return Aten.xlogy(self, other);
        });

        /// <summary>log₂(2^this + 2^other), without overflow.</summary>
        public Tensor logaddexp2(Tensor other) => WrappedTensorDisposeScope(() => (this * Math.Log(2)).logaddexp(other * Math.Log(2)) / Math.Log(2));

        /// <summary>NaN and infinities replaced, the latter by the dtype's extreme numbers by default; integers as they are.</summary>
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => new(NanToNum(Impl, nan, posinf, neginf));

        /// <inheritdoc cref="nan_to_num"/>
        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null) => Overwrite(self => NanToNum(self, nan, posinf, neginf));

        /// <summary>1 - erf(x).</summary>
        public Tensor erfc() => new(Complement(Impl));

        /// <inheritdoc cref="erfc"/>
        public Tensor erfc_() => Overwrite(Complement);

        /// <summary>sin(πx) / (πx), and one where x is zero.</summary>
        public Tensor sinc() => new(Sinc(Impl));

        /// <inheritdoc cref="sinc"/>
        public Tensor sinc_() => Overwrite(Sinc);

        /// <summary>Degrees in radians.</summary>
        public Tensor deg2rad() => new(Aten.mul(Impl, (ScalarValue)(Math.PI / 180)));

        /// <inheritdoc cref="deg2rad"/>
        public Tensor deg2rad_() => Overwrite(static self => Aten.mul(self, (ScalarValue)(Math.PI / 180)));

        /// <summary>Radians in degrees.</summary>
        public Tensor rad2deg() => new(Aten.mul(Impl, (ScalarValue)(180 / Math.PI)));

        /// <inheritdoc cref="rad2deg"/>
        public Tensor rad2deg_() => Overwrite(static self => Aten.mul(self, (ScalarValue)(180 / Math.PI)));

        /// <summary>log(x / (1 - x)), x cut to [eps, 1 - eps] if eps is given.</summary>
        public Tensor logit(double? eps = null) => new(Aten.logit(Impl, eps ?? -1));

        /// <inheritdoc cref="logit"/>
        public Tensor logit_(double? eps = null) => Overwrite(self => Aten.logit(self, eps ?? -1));

        /// <summary>this · 2^other.</summary>
        public Tensor ldexp(Tensor other) => new(Ldexp(Impl, other.Impl));

        /// <inheritdoc cref="ldexp"/>
        public Tensor ldexp_(Tensor other) => Overwrite(self => Ldexp(self, other.Impl));

        /// <summary>Power in float64.</summary>
        public Tensor float_power(Tensor target)
        {
            using TensorImpl self = Aten._to_copy(Impl, DType.Float64), exponent = Aten._to_copy(target.Impl, DType.Float64);
            return new(Aten.pow(self, exponent));
        }

        /// <inheritdoc cref="float_power"/>
        public Tensor float_power_(Tensor target) => Mutated(Aten.pow_(Impl, target.Impl));

        /// <summary>Whether the sign is negative; a negative zero's too.</summary>
        public Tensor signbit()
        {
            if (!is_floating_point())
            {
                return lt(0);
            }

            using TensorImpl one = Aten.full([], 1.0, Impl.DType), sign = Aten.copysign(one, Impl);
            return new(Aten.lt(sign, 0));
        }

        /// <summary>Whether elements are +∞.</summary>
        public Tensor isposinf() => eq(double.PositiveInfinity);

        /// <summary>Whether elements are -∞.</summary>
        public Tensor isneginf() => eq(double.NegativeInfinity);

        /// <summary>Whether elements are real numbers: always, as there are no complex dtypes.</summary>
        public Tensor isreal() => new(Aten.full(shape, true, DType.Bool));

        /// <summary>This where weight is 0, <paramref name="end"/> where it is 1.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => Overwrite(self => Lerp(self, end.Impl, weight.Impl));

        /// <summary>The logarithm of the sum of the exponentials of all elements up to each along a dimension.</summary>
        public Tensor logcumsumexp(long dim) => WrappedTensorDisposeScope(() =>
        {
            // After Hillis and Steele: each element with what stands 1, 2, 4, ... places before it.
            Tensor sums = this;
            long length = Impl.Rank == 0 ? 1 : size((int)dim);
            for (long distance = 1; distance < length; distance *= 2)
            {
                Tensor later = sums.narrow(dim, distance, length - distance), earlier = sums.narrow(dim, 0, length - distance);
                sums = cat([sums.narrow(dim, 0, distance), later.logaddexp(earlier)], dim);
            }

            return ReferenceEquals(sums, this) ? clone() : sums;
        });

        /// <summary>Replaces the elements by an op's results; the op gets a copy, as its derivative needs the elements as they were.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">Floating-point results for an integer tensor.</exception>
        private Tensor Overwrite(Func<TensorImpl, TensorImpl> op)
        {
            using TensorImpl original = Aten.clone(Impl);
            using TensorImpl result = op(original);
            if (result.DType.IsFloatingPoint() && !Impl.DType.IsFloatingPoint())
            {
                throw ShapeErrors.Error($"result type {(ScalarType)result.DType} can't be cast to the desired output type {dtype}");
            }

            return Mutated(Aten.copy_(Impl, result));
        }

        private static TensorImpl NanToNum(TensorImpl self, double nan, double? posinf, double? neginf)
        {
            double largest = self.DType.IsFloatingPoint() ? finfo((ScalarType)self.DType).max : 0;
            return Aten.nan_to_num(self, nan, posinf ?? largest, neginf ?? -largest);
        }

        private static TensorImpl Complement(TensorImpl self)
        {
            using TensorImpl erf = Aten.erf(self), negated = Aten.neg(erf);
            return Aten.add(negated, 1, 1);
        }

        private static TensorImpl Sinc(TensorImpl self)
        {
            // The angle is kept away from zero for the derivative's sake.
            using TensorImpl isZero = Aten.eq(self, 0), scaled = Aten.mul(self, (ScalarValue)Math.PI), angle = Aten.masked_fill(scaled, isZero, 1.0);
            using TensorImpl sine = Aten.sin(angle), ratio = Aten.div(sine, angle);
            return Aten.masked_fill(ratio, isZero, 1.0);
        }

        private static TensorImpl Ldexp(TensorImpl self, TensorImpl other)
        {
            using TensorImpl exponent = other.DType.IsFloatingPoint() ? other.Alias() : Aten._to_copy(other, TypePromotion.ToFloat(self.DType));
            using TensorImpl factor = Aten.exp2(exponent);
            return Aten.mul(self, factor);
        }
    }
}
