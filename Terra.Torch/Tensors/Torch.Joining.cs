using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => new(Aten.cat(tensors.Impls(), dim));

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => new(Aten.cat(tensors.Impls(), dim));

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => new(Aten.cat(tensors.Impls(), dim));

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => cat(tensors, axis);

    /// <inheritdoc cref="cat(IList{Tensor}, long)"/>
    public static Tensor concatenate(ReadOnlySpan<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    /// <summary>Tensors of equal sizes along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        IList<Tensor> list = tensors as IList<Tensor> ?? [.. tensors];
        return new(Composite.stack(list.Impls(), dim));
    }

    /// <summary>Tensors one below another: along the first dimension, which vectors get.</summary>
    public static Tensor vstack(IList<Tensor> tensors) => vstack(tensors.ToArray());

    /// <inheritdoc cref="vstack(IList{Tensor})"/>
    public static Tensor vstack(Tensor[] tensors) => vstack(new ReadOnlySpan<Tensor>(tensors));

    /// <inheritdoc cref="vstack(IList{Tensor})"/>
    public static Tensor vstack(ReadOnlySpan<Tensor> tensors)
    {
        var rows = new TensorImpl[tensors.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            TensorImpl impl = tensors[i].Impl;
            rows[i] = impl.Rank switch
            {
                0 => Views.view(impl, 1, 1),
                1 => Views.unsqueeze(impl, 0),
                _ => Views.view(impl, impl.Sizes.ToArray()),
            };
        }

        return JoinAndDispose(rows, 0);
    }

    /// <summary>Tensors side by side: along the second dimension, vectors along the first.</summary>
    public static Tensor hstack(IList<Tensor> tensors) => hstack(tensors.ToArray());

    /// <inheritdoc cref="hstack(IList{Tensor})"/>
    public static Tensor hstack(IEnumerable<Tensor> tensors) => hstack(tensors.ToArray());

    /// <inheritdoc cref="hstack(IList{Tensor})"/>
    public static Tensor hstack(params Tensor[] tensors) => hstack(new ReadOnlySpan<Tensor>(tensors));

    /// <inheritdoc cref="hstack(IList{Tensor})"/>
    public static Tensor hstack(ReadOnlySpan<Tensor> tensors)
    {
        var columns = new TensorImpl[tensors.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            TensorImpl impl = tensors[i].Impl;
            columns[i] = Views.view(impl, impl.Rank == 0 ? [1] : impl.Sizes.ToArray());
        }

        return JoinAndDispose(columns, columns.Length > 0 && columns[0].Rank == 1 ? 0 : 1);
    }

    private static Tensor JoinAndDispose(TensorImpl[] parts, long dim)
    {
        TensorImpl joined = Aten.cat(parts, dim);
        foreach (TensorImpl part in parts)
        {
            part.Dispose();
        }

        return new(joined);
    }
}
