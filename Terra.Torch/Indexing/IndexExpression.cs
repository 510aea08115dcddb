using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

/// <summary>
/// An index expression applied to a tensor, as PyTorch applies it: positions, slices and new dimensions give a view; tensors of
/// positions and truth values remain, to be gathered from that view or scattered into it.
/// </summary>
internal readonly ref struct IndexExpression
{
    private IndexExpression(TensorImpl view, TensorImpl?[]? indices)
    {
        View = view;
        Indices = indices;
    }

    /// <summary>The view; a handle that the user of the expression disposes.</summary>
    internal TensorImpl View { get; }

    /// <summary>For each dimension of the view the tensor that indexes it, if any; null if there is none at all.</summary>
    internal TensorImpl?[]? Indices { get; }

    /// <summary>Applies the entries from left to right.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">There are too many entries, or a position is out of range.</exception>
    internal static IndexExpression Apply(TensorImpl self, ReadOnlySpan<torch.TensorIndex> entries)
    {
        TensorImpl view = self;
        List<TensorImpl?>? indices = null;
        int dim = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            torch.TensorIndex entry = entries[i];
            switch (entry.Kind)
            {
                case torch.IndexKind.Single:
                    Advance(ref view, self, Views.select(view, RequireDimension(view, dim, entries, self), entry.Start!.Value));
                    break;
                case torch.IndexKind.Slice:
                    if (entry.Start is not null || entry.Stop is not null || entry.Step is not null)
                    {
                        Advance(ref view, self, Views.slice(
                            view, RequireDimension(view, dim, entries, self), entry.Start ?? 0, entry.Stop ?? long.MaxValue, entry.Step ?? 1));
                    }

                    RequireDimension(view, dim++, entries, self);
                    break;
                case torch.IndexKind.NewDimension:
                    Advance(ref view, self, Views.unsqueeze(view, dim++));
                    break;
                case torch.IndexKind.Ellipsis:
                    dim = view.Rank - Consumed(entries[(i + 1)..]);
                    break;
                case torch.IndexKind.Bool:
                    Advance(ref view, self, Views.unsqueeze(view, dim));
                    Record(ref indices, dim++, Aten.full([entry.Start!.Value], 0, DType.Int64));
                    break;
                case torch.IndexKind.Tensor:
                    TensorImpl index = entry.IndexTensor!.Impl;
                    if (index.Rank == 0 && index.DType is not (DType.Bool or DType.UInt8))
                    {
                        long position = torch.Tensor.ReadScalar(index).ToInt64();
                        Advance(ref view, self, Views.select(view, RequireDimension(view, dim, entries, self), position));
                    }
                    else
                    {
                        RecordTensor(ref indices, ref dim, index);
                    }

                    break;
            }
        }

        return new IndexExpression(ReferenceEquals(view, self) ? Views.view(self, self.Sizes.ToArray()) : view, indices?.ToArray());
    }

    private static void RecordTensor(ref List<TensorImpl?>? indices, ref int dim, TensorImpl index)
    {
        Record(ref indices, dim, index);
        dim += index.DType is DType.Bool or DType.UInt8 ? index.Rank : 1;
    }

    private static void Record(ref List<TensorImpl?>? indices, int dim, TensorImpl index)
    {
        indices ??= [];
        while (indices.Count < dim)
        {
            indices.Add(null);
        }

        indices.Add(index);
    }

    private static void Advance(ref TensorImpl view, TensorImpl self, TensorImpl next)
    {
        if (!ReferenceEquals(view, self))
        {
            view.Dispose();
        }

        view = next;
    }

    private static int RequireDimension(TensorImpl view, int dim, ReadOnlySpan<torch.TensorIndex> entries, TensorImpl self) => dim < view.Rank
        ? dim
        : throw ShapeErrors.Error($"too many indices for tensor of dimension {self.Rank}: {Consumed(entries)} were given");

    /// <summary>How many dimensions these entries take up.</summary>
    private static int Consumed(ReadOnlySpan<torch.TensorIndex> entries)
    {
        int count = 0;
        foreach (torch.TensorIndex entry in entries)
        {
            count += entry.Kind switch
            {
                torch.IndexKind.Single or torch.IndexKind.Slice => 1,
                torch.IndexKind.Tensor => entry.IndexTensor!.Impl is { DType: DType.Bool or DType.UInt8 } mask ? mask.Rank : 1,
                _ => 0,
            };
        }

        return count;
    }
}
