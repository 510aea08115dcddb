using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum, broadcast.</summary>
        public Tensor add(Tensor target) => new(Aten.add(Impl, target.Impl, 1));

        /// <summary>This plus <paramref name="alpha"/> × <paramref name="target"/>.</summary>
        public Tensor add(Tensor target, Scalar alpha) => new(Aten.add(Impl, target.Impl, alpha.Value));

        /// <inheritdoc cref="add(Tensor)"/>
        public Tensor add(Scalar scalar) => new(Aten.add(Impl, scalar.Value, 1));

        /// <summary>This plus <paramref name="alpha"/> × <paramref name="scalar"/>.</summary>
        public Tensor add(Scalar scalar, Scalar alpha) => new(Aten.add(Impl, scalar.Value, alpha.Value));

        /// <inheritdoc cref="add(Tensor)"/>
        public Tensor add_(Tensor target) => Mutated(Aten.add_(Impl, target.Impl, 1));

        /// <inheritdoc cref="add(Tensor, Scalar)"/>
        public Tensor add_(Tensor target, Scalar alpha) => Mutated(Aten.add_(Impl, target.Impl, alpha.Value));

        /// <inheritdoc cref="add(Tensor)"/>
        public Tensor add_(Scalar scalar) => Mutated(Aten.add_(Impl, scalar.Value, 1));

        /// <inheritdoc cref="add(Scalar, Scalar)"/>
        public Tensor add_(Scalar scalar, Scalar alpha) => Mutated(Aten.add_(Impl, scalar.Value, alpha.Value));

        /// <summary>The difference, broadcast.</summary>
        public Tensor sub(Tensor target) => new(Aten.sub(Impl, target.Impl, 1));

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor sub(Scalar target) => new(Aten.sub(Impl, target.Value, 1));

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor sub_(Tensor target) => Mutated(Aten.sub_(Impl, target.Impl, 1));

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor sub_(Scalar target) => Mutated(Aten.sub_(Impl, target.Value, 1));

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor subtract(Tensor target) => sub(target);

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor subtract(Scalar target) => sub(target);

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor subtract_(Tensor target) => sub_(target);

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor subtract_(Scalar target) => sub_(target);

        /// <summary>The product element by element, broadcast.</summary>
        public Tensor mul(Tensor target) => new(Aten.mul(Impl, target.Impl));

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor mul(Scalar target) => new(Aten.mul(Impl, target.Value));

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor mul_(Tensor target) => Mutated(Aten.mul_(Impl, target.Impl));

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor mul_(Scalar target) => Mutated(Aten.mul_(Impl, target.Value));

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor multiply(Tensor target) => mul(target);

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor multiply(Scalar target) => mul(target);

        /// <summary>The quotient, broadcast; integer operands give a floating-point result unless a rounding mode is given.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            new(rounding_mode == RoundingMode.None ? Aten.div(Impl, target.Impl) : Aten.div(Impl, target.Impl, Name(rounding_mode)));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            new(rounding_mode == RoundingMode.None ? Aten.div(Impl, target.Value) : Aten.div(Impl, target.Value, Name(rounding_mode)));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Mutated(rounding_mode == RoundingMode.None ? Aten.div_(Impl, target.Impl) : Aten.div_(Impl, target.Impl, Name(rounding_mode)));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Mutated(rounding_mode == RoundingMode.None ? Aten.div_(Impl, target.Value) : Aten.div_(Impl, target.Value, Name(rounding_mode)));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor true_divide(Tensor other) => div(other);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor true_divide(Scalar other) => div(other);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor true_divide_(Tensor other) => div_(other);

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor true_divide_(Scalar other) => div_(other);

        /// <summary>The quotient rounded down.</summary>
        public Tensor floor_divide(Tensor other) => new(Aten.floor_divide(Impl, other.Impl));

        /// <inheritdoc cref="floor_divide(Tensor)"/>
        public Tensor floor_divide(Scalar other) => new(Aten.floor_divide(Impl, other.Value));

        /// <inheritdoc cref="floor_divide(Tensor)"/>
        public Tensor floor_divide_(Tensor other) => Mutated(Aten.floor_divide_(Impl, other.Impl));

        /// <inheritdoc cref="floor_divide(Tensor)"/>
        public Tensor floor_divide_(Scalar other) => Mutated(Aten.floor_divide_(Impl, other.Value));

        /// <summary>The remainder of division, with the sign of the divisor.</summary>
        public Tensor remainder(Tensor target) => new(Aten.remainder(Impl, target.Impl));

        /// <inheritdoc cref="remainder(Tensor)"/>
        public Tensor remainder(Scalar scalar) => new(Aten.remainder(Impl, scalar.Value));

        /// <inheritdoc cref="remainder(Tensor)"/>
        public Tensor remainder_(Tensor target) => Mutated(Aten.remainder_(Impl, target.Impl));

        /// <inheritdoc cref="remainder(Tensor)"/>
        public Tensor remainder_(Scalar scalar) => Mutated(Aten.remainder_(Impl, scalar.Value));

        /// <summary>The remainder of division, with the sign of the dividend.</summary>
        public Tensor fmod(Tensor target) => new(Aten.fmod(Impl, target.Impl));

        /// <inheritdoc cref="fmod(Tensor)"/>
        public Tensor fmod(Scalar scalar) => new(Aten.fmod(Impl, scalar.Value));

        /// <inheritdoc cref="fmod(Tensor)"/>
        public Tensor fmod_(Tensor target) => Mutated(Aten.fmod_(Impl, target.Impl));

        /// <inheritdoc cref="fmod(Tensor)"/>
        public Tensor fmod_(Scalar scalar) => Mutated(Aten.fmod_(Impl, scalar.Value));

        /// <summary>Each element to the power of the exponent, broadcast.</summary>
        public Tensor pow(Tensor exponent) => new(Aten.pow(Impl, exponent.Impl));

        /// <inheritdoc cref="pow(Tensor)"/>
        public Tensor pow(Scalar exponent) => new(Composite.pow(Impl, exponent.Value));

        /// <inheritdoc cref="pow(Tensor)"/>
        public Tensor pow_(Tensor exponent) => Mutated(Aten.pow_(Impl, exponent.Impl));

        /// <inheritdoc cref="pow(Tensor)"/>
        public Tensor pow_(Scalar exponent) => Mutated(Aten.pow_(Impl, exponent.Value));

        /// <summary>This plus <paramref name="value"/> × <paramref name="tensor1"/> × <paramref name="tensor2"/>.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            new(Aten.addcmul(Impl, tensor1.Impl, tensor2.Impl, value.Value));

        /// <inheritdoc cref="addcmul"/>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Mutated(Aten.addcmul_(Impl, tensor1.Impl, tensor2.Impl, value.Value));

        /// <summary>This plus <paramref name="value"/> × <paramref name="tensor1"/> / <paramref name="tensor2"/>.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) =>
            new(Aten.addcdiv(Impl, tensor1.Impl, tensor2.Impl, value.Value));

        /// <summary>This plus <paramref name="tensor1"/> / <paramref name="tensor2"/>.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => new(Aten.addcdiv(Impl, tensor1.Impl, tensor2.Impl, 1));

        /// <inheritdoc cref="addcdiv(Tensor, Tensor, Scalar)"/>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Mutated(Aten.addcdiv_(Impl, tensor1.Impl, tensor2.Impl, value.Value));

        /// <inheritdoc cref="addcdiv(Tensor, Tensor)"/>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Mutated(Aten.addcdiv_(Impl, tensor1.Impl, tensor2.Impl, 1));

        /// <summary>Each element rounded to the nearest integer, halves to even, or to that many decimals.</summary>
        public Tensor round(long decimals = 0) => new(decimals == 0 ? Aten.round(Impl) : Aten.round(Impl, decimals));

        /// <inheritdoc cref="round"/>
        public Tensor round_(long decimals = 0) => Mutated(decimals == 0 ? Aten.round_(Impl) : Aten.round_(Impl, decimals));

        /// <summary>Each element limited to [min, max]; a missing bound does not limit.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => new(Aten.clamp(Impl, min.Native(), max.Native()));

        /// <summary>Each element limited to [min, max], broadcast; a missing bound does not limit.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">Both bounds are missing.</exception>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => new(Aten.clamp(Impl, min?.Impl, max?.Impl));

        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Mutated(Aten.clamp_(Impl, min.Native(), max.Native()));

        /// <summary>Each element, or <paramref name="max"/> if that is smaller.</summary>
        public Tensor clamp_max(Scalar max) => new(Aten.clamp_max(Impl, max.Value));

        /// <inheritdoc cref="clamp_max"/>
        public Tensor clamp_max_(Scalar max) => Mutated(Aten.clamp_max_(Impl, max.Value));

        /// <summary>Each element, or <paramref name="min"/> if that is greater.</summary>
        public Tensor clamp_min(Scalar min) => new(Aten.clamp_min(Impl, min.Value));

        /// <inheritdoc cref="clamp_min"/>
        public Tensor clamp_min_(Scalar min) => Mutated(Aten.clamp_min_(Impl, min.Value));

        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        /// <summary>The greater of each two elements, broadcast; not-a-number wins.</summary>
        public Tensor maximum(Tensor other) => new(Aten.maximum(Impl, other.Impl));

        /// <summary>The smaller of each two elements, broadcast; not-a-number wins.</summary>
        public Tensor minimum(Tensor other) => new(Aten.minimum(Impl, other.Impl));

        /// <summary>This plus <paramref name="weight"/> × (<paramref name="end"/> - this).</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The dtypes differ, or are no floating-point types.</exception>
        public Tensor lerp(Tensor end, Tensor weight) => new(Lerp(Impl, end.Impl, weight.Impl));

        /// <summary>Exact at both ends: computed from the nearer one.</summary>
        private static TensorImpl Lerp(TensorImpl self, TensorImpl end, TensorImpl weight)
        {
            if (!self.DType.IsFloatingPoint())
            {
                throw ShapeErrors.NotImplemented("lerp_kernel_tensor", self.DType);
            }

            if (end.DType != self.DType)
            {
                throw ShapeErrors.Error($"expected dtype {ShapeErrors.Name(self.DType)} for `end` but got dtype {ShapeErrors.Name(end.DType)}");
            }

            using TensorImpl difference = Aten.sub(end, self, 1), part = Aten.mul(difference, weight), fromStart = Aten.add(self, part, 1);
            using TensorImpl negated = Aten.neg(weight), rest = Aten.add(negated, 1, 1), lacking = Aten.mul(difference, rest), fromEnd = Aten.sub(end, lacking, 1);
            using TensorImpl size = Aten.abs(weight), isNearStart = Aten.lt(size, 0.5);
            return Aten.where(isNearStart, fromStart, fromEnd);
        }

        private static string Name(RoundingMode mode) => mode == RoundingMode.trunc ? "trunc" : "floor";
    }
}
