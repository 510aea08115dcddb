using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Autograd;

/// <summary>
/// Reverse-mode differentiation over the recorded nodes. A node is evaluated once all its gradients have arrived; of those that are
/// ready the one recorded last goes first, so that the order depends on the program only. Runs on the calling thread, without
/// recursion, and performs its arithmetic as ops, so that a backward pass is captured like any code.
/// </summary>
public static class Engine
{
    /// <summary>Accumulates the gradients of <paramref name="roots"/> with respect to all leafs, or to <paramref name="inputs"/> only.</summary>
    /// <param name="roots">Tensors to differentiate.</param>
    /// <param name="gradients">The gradient of each root, of its sizes; null (or a null entry) for one on a root of one element.</param>
    /// <param name="retainGraph">Keep saved tensors, so that the graph can be walked again.</param>
    /// <param name="createGraph">Record the backward pass itself.</param>
    /// <param name="inputs">The only tensors to accumulate into; null for every leaf.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// A root does not require grad, a gradient does not fit its root or is missing, saved tensors were released or modified.
    /// </exception>
    public static void Backward(
        TensorImpl[] roots, TensorImpl?[]? gradients = null, bool retainGraph = false, bool createGraph = false, TensorImpl[]? inputs = null)
    {
        StepMarkers.Backward();
        if (inputs is null)
        {
            Run(roots, gradients, retainGraph, createGraph, null);
            return;
        }

        TensorImpl?[] captured = Run(roots, gradients, retainGraph, createGraph, inputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (captured[i] is { } gradient)
            {
                if (inputs[i].IsLeaf())
                {
                    var accumulator = (AccumulateGrad)Variable.GradientEdge(inputs[i]).Node!;
                    InMode(createGraph, () => accumulator.Accumulate(gradient, isExclusive: false));
                }
                else
                {
                    InMode(createGraph, () => AccumulateGrad.Deliver(inputs[i].EnsureAutograd(), gradient));
                }

                gradient.Dispose();
            }
        }
    }

    /// <summary>The gradients of <paramref name="roots"/> with respect to <paramref name="inputs"/> (torch.autograd.grad); nothing is accumulated.</summary>
    /// <returns>One for each input; null for one that the roots do not depend on.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">As for Backward; an input does not require grad, or is unused and that is not allowed.</exception>
    public static TensorImpl?[] Grad(
        TensorImpl[] roots, TensorImpl[] inputs, TensorImpl?[]? gradients = null, bool retainGraph = false, bool createGraph = false, bool allowUnused = false)
    {
        StepMarkers.Backward();
        TensorImpl?[] captured = Run(roots, gradients, retainGraph, createGraph, inputs);
        if (!allowUnused && captured.Contains(null))
        {
            foreach (TensorImpl? gradient in captured)
            {
                gradient?.Dispose();
            }

            throw AutogradErrors.InputUnused();
        }

        return captured;
    }

    private static TensorImpl?[] Run(TensorImpl[] roots, TensorImpl?[]? gradients, bool retainGraph, bool createGraph, TensorImpl[]? inputs)
    {
        TensorImpl?[] captured = [];
        InMode(createGraph, () =>
        {
            var pass = new BackwardPass(retainGraph);
            if (inputs is not null)
            {
                pass.Capture(inputs);
            }

            try
            {
                pass.Discover(roots);
                for (int i = 0; i < roots.Length; i++)
                {
                    TensorImpl root = roots[i];
                    TensorImpl? given = gradients is { } some && i < some.Length ? some[i] : null;
                    pass.Seed(Variable.GradientEdge(root), RootGradient(i, root, given), isExclusive: given is null);
                }

                captured = pass.Run();
            }
            finally
            {
                pass.Discard();
            }
        });
        return captured;
    }

    private static TensorImpl RootGradient(int index, TensorImpl root, TensorImpl? given)
    {
        if (given is not null)
        {
            return given.Layout.SameSizes(root.Layout) ? given.Alias() : throw AutogradErrors.GradientShape(index, given, root);
        }

        return root.NumberOfElements == 1 ? Aten.full(root.Sizes.ToArray(), 1.0, root.DType) : throw AutogradErrors.ImplicitGradient();
    }

    private static void InMode(bool recording, Action action)
    {
        bool previous = GradMode.Set(recording);
        try
        {
            action();
        }
        finally
        {
            GradMode.Set(previous);
        }
    }
}
