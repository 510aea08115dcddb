using Terra.Runtime.Autograd;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether gradients are computed for this tensor: set on a leaf, or computed from one that has it set.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">On setting: the dtype is no floating-point type, or the tensor is not a leaf.</exception>
        public bool requires_grad
        {
            get => Impl.RequiresGrad();
            set => Impl.SetRequiresGrad(value);
        }

        /// <summary>Not the result of a recorded op.</summary>
        public bool is_leaf => Impl.IsLeaf();

        /// <summary>The gradient accumulated by <see cref="backward()"/>; null if there is none.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">On setting: size or dtype are not the tensor's.</exception>
        public Tensor? grad
        {
            get => Impl.Gradient() is { } gradient ? new Tensor(gradient) : null;
            set => Impl.SetGradient(value?.Impl);
        }

        /// <summary>Sets <see cref="requires_grad"/> and returns the tensor.</summary>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            Impl.SetRequiresGrad(requires_grad);
            return this;
        }

        /// <inheritdoc cref="requires_grad_"/>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the gradient of this tensor in backward although it is not a leaf.</summary>
        public void retain_grad() => Impl.RetainGrad();

        /// <summary>Accumulates the gradients of this tensor of one element into the leafs it was computed from.</summary>
        public void backward() => Engine.Backward([Impl]);

        /// <summary>Accumulates the gradients of this tensor into the leafs it was computed from, or into <paramref name="inputs"/> only.</summary>
        /// <param name="grad_tensors">The gradient of this tensor, as the only entry; none for one of ones on a tensor of one element.</param>
        /// <param name="retain_graph">Keep what backward needs, so that it can run again.</param>
        /// <param name="create_graph">Record the backward pass itself, so that it can be differentiated.</param>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Engine.Backward([Impl], grad_tensors?.Impls(), retain_graph || create_graph, create_graph, inputs?.Impls());
    }
}
