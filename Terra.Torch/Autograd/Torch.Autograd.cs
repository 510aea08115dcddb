using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Differentiation of several tensors at once, and without accumulating.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of <paramref name="outputs"/> with respect to <paramref name="inputs"/>; nothing is accumulated.</summary>
        /// <param name="grad_outputs">The gradient of each output; none for outputs of one element.</param>
        /// <param name="allow_unused">Give an invalid entry, rather than throw, for an input that the outputs do not depend on.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">An input does not require grad, or is unused and that is not allowed.</exception>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            TensorImpl?[] gradients = Engine.Grad(
                outputs.Impls(), inputs.Impls(), grad_outputs?.Impls(), retain_graph || create_graph, create_graph, allow_unused);
            var tensors = new Tensor[gradients.Length];
            for (int i = 0; i < tensors.Length; i++)
            {
                tensors[i] = gradients[i] is { } gradient ? new Tensor(gradient) : null!;
            }

            return tensors;
        }

        /// <summary>Accumulates the gradients of <paramref name="tensors"/> into the leafs they were computed from, or into <paramref name="inputs"/> only.</summary>
        /// <param name="retain_graph">Keep what backward needs, so that it can run again; as <paramref name="create_graph"/> unless given.</param>
        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Engine.Backward(tensors.Impls(), grad_tensors?.Impls(), retain_graph ?? create_graph, create_graph, inputs?.Impls());

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Engine.Backward([tensor.Impl], grad_tensors?.Impls(), retain_graph ?? create_graph, create_graph, inputs?.Impls());

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Engine.Backward([tensor.Impl], [grad_tensor.Impl], retain_graph ?? create_graph, create_graph, inputs?.Impls());
    }
}
