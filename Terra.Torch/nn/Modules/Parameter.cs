using Terra.Runtime.Core;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A tensor that a module trains: a leaf that requires a gradient.</summary>
    public class Parameter : Tensor
    {
        /// <summary>Takes over the data of a tensor; <paramref name="data"/> itself becomes invalid.</summary>
        /// <param name="data">The initial values.</param>
        /// <param name="requires_grad">Whether the parameter is trained.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The parameter should be trained but is not floating-point.</exception>
        public Parameter(Tensor data, bool requires_grad = true)
            : base(TakeOver(data))
        {
            if (requires_grad)
            {
                this.requires_grad = true;
            }
        }

        private static TensorImpl TakeOver(Tensor data)
        {
            TensorImpl impl = data.Impl;
            var own = new TensorImpl(impl.Storage, impl.Layout, impl.DType, impl.Offset);
            data.Dispose();
            return own;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public partial class Tensor
        {
            /// <summary>
            /// Lets this tensor object stand for the data of another, as assigning to <c>.data</c> does in PyTorch: it stays the
            /// leaf it was, without its gradient.
            /// </summary>
            internal void ReplaceData(Tensor source)
            {
                bool requiresGrad = requires_grad;
                TensorImpl impl = source.Impl;
                Impl.Dispose();
                _impl = new TensorImpl(impl.Storage, impl.Layout, impl.DType, impl.Offset);
                requires_grad = requiresGrad;
            }
        }
    }
}
