using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Where elements are equal to those of the operand, as a bool tensor.</summary>
        public Tensor eq(Tensor target) => new(Aten.eq(Impl, target.Impl));

        /// <inheritdoc cref="eq(Tensor)"/>
        public Tensor eq_(Tensor target) => Mutated(Aten.eq_(Impl, target.Impl));

        /// <inheritdoc cref="eq(Tensor)"/>
        public Tensor eq_(Scalar target) => Mutated(Aten.eq_(Impl, target.Value));

        /// <inheritdoc cref="eq(Tensor)"/>
        public Tensor eq(Scalar target) => new(Aten.eq(Impl, target.Value));

        /// <summary>Where elements are different from those of the operand, as a bool tensor.</summary>
        public Tensor ne(Tensor target) => new(Aten.ne(Impl, target.Impl));

        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor ne_(Tensor target) => Mutated(Aten.ne_(Impl, target.Impl));

        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor ne_(Scalar target) => Mutated(Aten.ne_(Impl, target.Value));

        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor ne(Scalar target) => new(Aten.ne(Impl, target.Value));

        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor not_equal(Tensor target) => ne(target);

        /// <summary>Where elements are less than those of the operand, as a bool tensor.</summary>
        public Tensor lt(Tensor target) => new(Aten.lt(Impl, target.Impl));

        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor lt_(Tensor target) => Mutated(Aten.lt_(Impl, target.Impl));

        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor lt_(Scalar target) => Mutated(Aten.lt_(Impl, target.Value));

        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor lt(Scalar target) => new(Aten.lt(Impl, target.Value));

        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor less(Tensor target) => lt(target);

        /// <summary>Where elements are less than or equal to those of the operand, as a bool tensor.</summary>
        public Tensor le(Tensor target) => new(Aten.le(Impl, target.Impl));

        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor le_(Tensor target) => Mutated(Aten.le_(Impl, target.Impl));

        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor le_(Scalar target) => Mutated(Aten.le_(Impl, target.Value));

        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor le(Scalar target) => new(Aten.le(Impl, target.Value));

        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor less_equal(Tensor target) => le(target);

        /// <summary>Where elements are greater than those of the operand, as a bool tensor.</summary>
        public Tensor gt(Tensor target) => new(Aten.gt(Impl, target.Impl));

        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor gt_(Tensor target) => Mutated(Aten.gt_(Impl, target.Impl));

        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor gt_(Scalar target) => Mutated(Aten.gt_(Impl, target.Value));

        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor gt(Scalar target) => new(Aten.gt(Impl, target.Value));

        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor greater(Tensor target) => gt(target);

        /// <summary>Where elements are greater than or equal to those of the operand, as a bool tensor.</summary>
        public Tensor ge(Tensor target) => new(Aten.ge(Impl, target.Impl));

        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor ge_(Tensor target) => Mutated(Aten.ge_(Impl, target.Impl));

        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor ge_(Scalar target) => Mutated(Aten.ge_(Impl, target.Value));

        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor ge(Scalar target) => new(Aten.ge(Impl, target.Value));

        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor greater_equal(Tensor target) => ge(target);

        /// <inheritdoc cref="eq(Tensor)"/>
        public Tensor equal(Tensor target) => eq(target);

        /// <summary>Where elements are not a number.</summary>
        public Tensor isnan() => new(Aten.isnan(Impl));

        /// <summary>Where elements are positive or negative infinity.</summary>
        public Tensor isinf() => new(Aten.isinf(Impl));

        /// <summary>Where elements are neither infinite nor not a number.</summary>
        public Tensor isfinite() => new(Aten.isfinite(Impl));

        /// <summary>Whether both tensors have the same sizes and equal elements.</summary>
        public bool Equals(Tensor target)
        {
            if (target is null || !Impl.Sizes.SequenceEqual(target.Impl.Sizes))
            {
                return false;
            }

            using TensorImpl equal = Aten.eq(Impl, target.Impl);
            using TensorImpl all = Aten.all(equal, [], false);
            return ReadScalar(all).ToBoolean();
        }

        /// <inheritdoc cref="Equals(Tensor)"/>
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Where elements differ by at most <paramref name="atol"/> + <paramref name="rtol"/> × |other|.</summary>
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            new(IsClose(Impl, other.Impl, rtol, atol, nanEqual));

        /// <summary>Whether all elements are close in the sense of <see cref="isclose"/>.</summary>
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            using TensorImpl close = IsClose(Impl, target.Impl, rtol, atol, equal_nan);
            using TensorImpl all = Aten.all(close, [], false);
            return ReadScalar(all).ToBoolean();
        }

        private static TensorImpl IsClose(TensorImpl self, TensorImpl other, double rtol, double atol, bool nanEqual)
        {
            if (self.DType != other.DType)
            {
                throw ShapeErrors.DTypeMismatch("isclose", self.DType, other.DType);
            }

            if (self.DType is DType.Bool or DType.UInt8)
            {
                using TensorImpl signed = Aten._to_copy(self, DType.Int64), otherSigned = Aten._to_copy(other, DType.Int64);
                return IsClose(signed, otherSigned, rtol, atol, nanEqual);
            }

            // Values that are equal are close, infinities too; the others only where their distance is finite and small enough.
            TensorImpl close = Aten.eq(self, other);
            if (nanEqual)
            {
                using TensorImpl nan = Aten.isnan(self);
                using TensorImpl otherNan = Aten.isnan(other);
                using TensorImpl bothNan = Aten.logical_and(nan, otherNan);
                using TensorImpl equal = close;
                close = Aten.logical_or(equal, bothNan);
            }

            using TensorImpl scaled = Aten.mul(other, rtol);
            using TensorImpl magnitude = Aten.abs(scaled);
            using TensorImpl allowed = Aten.add(magnitude, atol, 1);
            using TensorImpl difference = Aten.sub(self, other, 1);
            using TensorImpl distance = Aten.abs(difference);
            using TensorImpl within = Aten.le(distance, allowed);
            using TensorImpl finite = Aten.isfinite(distance);
            using TensorImpl near = Aten.logical_and(within, finite);
            using TensorImpl exact = close;
            return Aten.logical_or(exact, near);
        }
    }
}
