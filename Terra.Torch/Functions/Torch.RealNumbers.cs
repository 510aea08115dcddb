namespace TorchSharp;

public static partial class torch
{
    /// <remarks>What is said of complex numbers, for the real ones that tensors hold.</remarks>
    public partial class Tensor
    {
        /// <summary>The matrices transposed; they are real.</summary>
        public Tensor mH => mT;

        /// <summary>The matrix transposed; it is real. Vectors and scalars as they are.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor has more than two dimensions.</exception>
        public Tensor H => t();

        /// <summary>The real part: the tensor itself, in another handle.</summary>
        public Tensor real => alias();

        /// <summary>Whether elements are addresses without data; never.</summary>
        public bool is_meta => false;

        /// <summary>Whether only some elements are stored; never.</summary>
        public bool is_sparse => false;

        /// <inheritdoc cref="mH"/>
        public Tensor adjoint() => mT;

        /// <summary>The angle of the number in the complex plane: zero, π where negative, NaN where NaN.</summary>
        public Tensor angle() => WrappedTensorDisposeScope(() =>
        {
            Tensor numbers = is_floating_point() ? this : to(s_defaultDtype);
            return torch.zeros_like(numbers).masked_fill(numbers.lt(0), Math.PI).masked_fill(numbers.isnan(), double.NaN);
        });

        /// <summary>The conjugate numbers: the tensor itself, in another handle.</summary>
        public Tensor conj() => alias();

        /// <inheritdoc cref="conj"/>
        public Tensor conj_physical() => alias();

        /// <summary>Nothing to do: the numbers are real.</summary>
        public Tensor conj_physical_() => this;

        /// <inheritdoc cref="conj"/>
        public Tensor resolve_conj() => alias();

        /// <summary>The tensor itself, in another handle: no negation is pending.</summary>
        public Tensor resolve_neg() => alias();

        public bool is_conj() => false;

        public bool is_neg() => false;

        public bool is_quantized() => false;

        /// <summary>The tensor itself, in another handle: all elements are stored.</summary>
        public Tensor to_dense() => alias();
    }

    /// <inheritdoc cref="Tensor.adjoint"/>
    public static Tensor adjoint(Tensor input) => input.adjoint();

    /// <inheritdoc cref="Tensor.angle"/>
    public static Tensor angle(Tensor input) => input.angle();

    /// <inheritdoc cref="Tensor.conj"/>
    public static Tensor conj(Tensor input) => input.conj();

    /// <inheritdoc cref="Tensor.conj"/>
    public static Tensor conj_physical(Tensor input) => input.conj_physical();

    /// <inheritdoc cref="Tensor.conj_physical_"/>
    public static Tensor conj_physical_(Tensor input) => input.conj_physical_();

    /// <inheritdoc cref="Tensor.conj"/>
    public static Tensor resolve_conj(Tensor input) => input.resolve_conj();

    /// <inheritdoc cref="Tensor.resolve_neg"/>
    public static Tensor resolve_neg(Tensor input) => input.resolve_neg();

    /// <inheritdoc cref="Tensor.real"/>
    public static Tensor real(Tensor input) => input.real;

    public static bool is_conj(Tensor input) => input.is_conj();
}
