using Terra.Runtime.Core;

namespace TorchSharp;

/// <summary>Conversions between what programs see and what the engine takes.</summary>
internal static class EngineConversions
{
    internal static DType Native(this torch.ScalarType type) => (DType)type;

    internal static DType? Native(this torch.ScalarType? type) => type is { } some ? (DType)some : null;

    internal static ScalarValue? Native(this Scalar? scalar) => scalar?.Value;

    /// <summary>A tensor around a fresh handle from an op.</summary>
    internal static torch.Tensor Wrap(this TensorImpl impl) => new(impl);

    internal static torch.Tensor[] Wrap(this TensorImpl[] impls)
    {
        var tensors = new torch.Tensor[impls.Length];
        for (int i = 0; i < impls.Length; i++)
        {
            tensors[i] = new torch.Tensor(impls[i]);
        }

        return tensors;
    }

    /// <summary>The two results of an op, each as a tensor.</summary>
    internal static (torch.Tensor First, torch.Tensor Second) WrapPair(this TensorImpl[] impls) => (new(impls[0]), new(impls[1]));

    internal static TensorImpl[] Impls(this torch.Tensor[] tensors) => Impls((ReadOnlySpan<torch.Tensor>)tensors);

    internal static TensorImpl[] Impls(this ReadOnlySpan<torch.Tensor> tensors)
    {
        var impls = new TensorImpl[tensors.Length];
        for (int i = 0; i < impls.Length; i++)
        {
            impls[i] = tensors[i].Impl;
        }

        return impls;
    }

    internal static TensorImpl[] Impls(this IList<torch.Tensor> tensors)
    {
        var impls = new TensorImpl[tensors.Count];
        for (int i = 0; i < impls.Length; i++)
        {
            impls[i] = tensors[i].Impl;
        }

        return impls;
    }
}
