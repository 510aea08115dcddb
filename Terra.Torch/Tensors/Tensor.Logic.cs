using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Where both are not zero, as a bool tensor.</summary>
        public Tensor logical_and(Tensor other) => new(Aten.logical_and(Impl, other.Impl));

        /// <summary>Where at least one is not zero, as a bool tensor.</summary>
        public Tensor logical_or(Tensor other) => new(Aten.logical_or(Impl, other.Impl));

        /// <summary>Where exactly one is not zero, as a bool tensor.</summary>
        public Tensor logical_xor(Tensor other) => new(Aten.logical_xor(Impl, other.Impl));

        /// <summary>Where elements are zero, as a bool tensor.</summary>
        public Tensor logical_not() => new(Aten.logical_not(Impl));

        /// <summary>The bitwise and of integers, or the logical one of bools.</summary>
        public Tensor bitwise_and(Tensor other) => new(Aten.bitwise_and(Impl, other.Impl));

        /// <summary>The bitwise or of integers, or the logical one of bools.</summary>
        public Tensor bitwise_or(Tensor other) => new(Aten.bitwise_or(Impl, other.Impl));

        /// <summary>The bitwise exclusive or of integers, or the logical one of bools.</summary>
        public Tensor bitwise_xor(Tensor other) => new(Aten.bitwise_xor(Impl, other.Impl));

        /// <summary>The bits of integers, or the truth of bools, inverted.</summary>
        public Tensor bitwise_not() => new(Aten.bitwise_not(Impl));

        /// <inheritdoc cref="logical_and"/>
        public Tensor logical_and_(Tensor other) => Mutated(Aten.logical_and_(Impl, other.Impl));

        /// <inheritdoc cref="logical_or"/>
        public Tensor logical_or_(Tensor other) => Mutated(Aten.logical_or_(Impl, other.Impl));

        /// <inheritdoc cref="logical_xor"/>
        public Tensor logical_xor_(Tensor other) => Mutated(Aten.logical_xor_(Impl, other.Impl));

        /// <inheritdoc cref="bitwise_and"/>
        public Tensor bitwise_and_(Tensor other) => Mutated(Aten.bitwise_and_(Impl, other.Impl));

        /// <inheritdoc cref="bitwise_or"/>
        public Tensor bitwise_or_(Tensor other) => Mutated(Aten.bitwise_or_(Impl, other.Impl));

        /// <inheritdoc cref="bitwise_xor"/>
        public Tensor bitwise_xor_(Tensor other) => Mutated(Aten.bitwise_xor_(Impl, other.Impl));

        /// <inheritdoc cref="logical_not"/>
        public Tensor logical_not_() => Mutated(Aten.logical_not_(Impl));

        /// <inheritdoc cref="bitwise_not"/>
        public Tensor bitwise_not_() => Mutated(Aten.bitwise_not_(Impl));
    }
}
