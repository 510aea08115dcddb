namespace TorchSharp;

public static partial class torch
{
    /// <summary>Functions named as in <c>torch.special</c>.</summary>
    public static class special
    {
        /// <inheritdoc cref="Tensor.erf"/>
        public static Tensor erf(Tensor input) => input.erf();

        /// <inheritdoc cref="Tensor.exp2"/>
        public static Tensor exp2(Tensor input) => input.exp2();

        /// <inheritdoc cref="Tensor.sigmoid"/>
        public static Tensor expit(Tensor input) => input.sigmoid();

        /// <inheritdoc cref="Tensor.expm1"/>
        public static Tensor expm1(Tensor input) => input.expm1();

        /// <inheritdoc cref="Tensor.sigmoid"/>
        public static Tensor sigmoid(Tensor input) => input.sigmoid();

        /// <inheritdoc cref="Tensor.sigmoid_"/>
        public static Tensor sigmoid_(Tensor input) => input.sigmoid_();

        /// <inheritdoc cref="Tensor.softmax"/>
        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

        /// <inheritdoc cref="Tensor.log_softmax"/>
        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
    }
}
