using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Derivatives of an op that is written once more, as ops that have derivatives: the engine goes through those.</summary>
internal static class DerivativeByOps
{
    /// <summary>The gradients of an op's tensor arguments.</summary>
    /// <param name="context">Of the op itself.</param>
    /// <param name="op">
    /// From its tensor arguments what it returns, by differentiable ops. The arguments are borrowed; those whose data the op does not save have metadata only.
    /// </param>
    public static TensorImpl?[] Of(BackwardContext context, Func<TensorImpl?[], TensorImpl[]> op)
    {
        bool recording = GradMode.Set(true);
        var arguments = new TensorImpl?[context.Call.Inputs.Length];
        TensorImpl[] results = [];
        try
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                arguments[i] = context.Call.Inputs[i] is { } input ? Variable(input, context.NeedsGrad(i), recording) : null;
            }

            results = op(arguments);
            int[] followed = [.. Enumerable.Range(0, results.Length).Where(i => context.Grad(i) is not null && results[i].RequiresGrad())];
            int[] wanted = [.. Enumerable.Range(0, arguments.Length).Where(i => context.NeedsGrad(i) && arguments[i] is { } argument && argument.RequiresGrad())];
            var gradients = new TensorImpl?[arguments.Length];
            if (followed.Length == 0)
            {
                return gradients;
            }

            TensorImpl?[] found = Engine.Grad(
                Array.ConvertAll(followed, i => results[i]),
                Array.ConvertAll(wanted, i => arguments[i]!),
                Array.ConvertAll(followed, context.Grad),
                retainGraph: recording,
                createGraph: recording,
                allowUnused: true);
            for (int i = 0; i < wanted.Length; i++)
            {
                gradients[wanted[i]] = found[i];
            }

            return gradients;
        }
        finally
        {
            GradMode.Set(recording);
            Array.ForEach(arguments, static argument => argument?.Dispose());
            Array.ForEach(results, static result => result.Dispose());
        }
    }

    /// <summary>A tensor to differentiate by: one of its own place in the graph, so that no more than the op is walked through.</summary>
    private static TensorImpl Variable(TensorImpl tensor, bool isWanted, bool recording)
    {
        if (tensor.IsDisposed)
        {
            return tensor;
        }

        if (recording && tensor.RequiresGrad())
        {
            return Views.expand(tensor, tensor.Sizes.ToArray());
        }

        TensorImpl leaf = tensor.Detach();
        if (isWanted && leaf.DType.IsFloatingPoint())
        {
            leaf.SetRequiresGrad(true);
        }

        return leaf;
    }
}
