using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Views by PyTorch's names. Each returns a new handle on the same storage, pending or not, that the caller disposes. Dimension
/// numbers may be negative. Shape errors are <see cref="System.Runtime.InteropServices.ExternalException"/>.
/// </summary>
public static class Views
{
    internal static TensorImpl Apply(TensorImpl self, ViewOp op, ViewCreation creation = ViewCreation.Default)
    {
        ObjectDisposedException.ThrowIf(self.IsDisposed, self);
        Layout layout = op.Geometry(self.Layout, out long offset);
        op.Check(self);
        var view = new TensorImpl(self.Storage, layout, self.DType, self.Offset + offset);
        Tape.RecordView(self, view, op, creation);
        return view;
    }

    /// <summary>The whole tensor as a view of itself; not to be taken for <see cref="Variable.Alias"/>, which is the same tensor to autograd.</summary>
    public static TensorImpl alias(TensorImpl self) => Apply(self, new Alias());

    /// <summary>The same elements in other sizes, one of which may be -1.</summary>
    public static TensorImpl view(TensorImpl self, params long[] size) => Apply(self, new ViewAs(InferSize(size, self.NumberOfElements)));

    public static TensorImpl permute(TensorImpl self, params long[] dims)
    {
        if (dims.Length != self.Rank)
        {
            throw ShapeErrors.Error(
                $"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = {self.Rank} is not equal to len(dims) = {dims.Length}");
        }

        var order = new long[dims.Length];
        var seen = new bool[dims.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = WrapDim(dims[i], self.Rank);
            if (seen[order[i]])
            {
                throw ShapeErrors.Error("permute(): duplicate dims are not allowed.");
            }

            seen[order[i]] = true;
        }

        return Apply(self, new Permute(order));
    }

    public static TensorImpl transpose(TensorImpl self, long dim0, long dim1)
    {
        (dim0, dim1) = (WrapDim(dim0, self.Rank), WrapDim(dim1, self.Rank));
        var order = new long[self.Rank];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        if (order.Length > 0)
        {
            (order[dim0], order[dim1]) = (order[dim1], order[dim0]);
        }

        return Apply(self, new Permute(order));
    }

    /// <summary>A matrix transposed; vectors and scalars as they are.</summary>
    public static TensorImpl t(TensorImpl self) => self.Rank switch
    {
        > 2 => throw ShapeErrors.Error($"t() expects a tensor with <= 2 dimensions, but self is {self.Rank}D"),
        2 => transpose(self, 0, 1),
        _ => Apply(self, new Permute(self.Rank == 0 ? [] : [0])),
    };

    public static TensorImpl movedim(TensorImpl self, long source, long destination) => movedim(self, [source], [destination]);

    public static TensorImpl movedim(TensorImpl self, long[] source, long[] destination)
    {
        if (source.Length != destination.Length)
        {
            throw ShapeErrors.Error(
                $"movedim: Invalid source or destination dims: source ({ShapeErrors.Text(source)} dims) should contain the same number of dims as destination ({ShapeErrors.Text(destination)} dims)");
        }

        var order = new long[self.Rank];
        Array.Fill(order, -1);
        var taken = new bool[self.Rank];
        for (int i = 0; i < source.Length; i++)
        {
            long from = WrapDim(source[i], self.Rank), to = WrapDim(destination[i], self.Rank);
            if (taken[from] || order[to] >= 0)
            {
                throw ShapeErrors.Error("movedim: repeated dim in `source` or `destination`");
            }

            order[to] = from;
            taken[from] = true;
        }

        int next = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] < 0)
            {
                while (taken[next])
                {
                    next++;
                }

                order[i] = next++;
            }
        }

        return Apply(self, new Permute(order));
    }

    /// <summary>Dimensions of size 1 repeated to <paramref name="size"/>; -1 keeps a dimension's size.</summary>
    public static TensorImpl expand(TensorImpl self, params long[] size)
    {
        int added = size.Length - self.Rank;
        if (added < 0)
        {
            throw ShapeErrors.Error(
                $"expand(torch.{ShapeErrors.Name(self.DType)}Tensor{{{ShapeErrors.Text(self.Sizes)}}}, size={ShapeErrors.Text(size)}): the number of sizes provided ({size.Length}) must be greater or equal to the number of dimensions in the tensor ({self.Rank})");
        }

        var sizes = new long[size.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            long existing = i < added ? 1 : self.Sizes[i - added];
            if (size[i] == -1 && i < added)
            {
                throw ShapeErrors.Error(
                    $"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension {i}");
            }

            sizes[i] = size[i] == -1 ? existing : size[i];
            if (existing != 1 && sizes[i] != existing)
            {
                throw ShapeErrors.Error(
                    $"The expanded size of the tensor ({sizes[i]}) must match the existing size ({existing}) at non-singleton dimension {i}.  Target sizes: {ShapeErrors.Text(size)}.  Tensor sizes: {ShapeErrors.Text(self.Sizes)}");
            }
        }

        return Apply(self, new Expand(sizes));
    }

    /// <summary>Without any dimension of size 1.</summary>
    public static TensorImpl squeeze(TensorImpl self)
    {
        List<long> dims = [];
        for (int i = 0; i < self.Rank; i++)
        {
            if (self.Sizes[i] == 1)
            {
                dims.Add(i);
            }
        }

        return Apply(self, new Squeeze([.. dims]));
    }

    /// <summary>Without the dimension if its size is 1.</summary>
    public static TensorImpl squeeze(TensorImpl self, long dim)
    {
        dim = WrapDim(dim, self.Rank);
        return Apply(self, new Squeeze(self.Rank > 0 && self.Sizes[(int)dim] == 1 ? [dim] : []));
    }

    public static TensorImpl unsqueeze(TensorImpl self, long dim) => Apply(self, new Unsqueeze(WrapDim(dim, self.Rank + 1)));

    public static TensorImpl select(TensorImpl self, long dim, long index)
    {
        if (self.Rank == 0)
        {
            throw ShapeErrors.Error("select() cannot be applied to a 0-dim tensor.");
        }

        dim = WrapDim(dim, self.Rank);
        return Apply(self, new Select(dim, WrapIndex(self, dim, index)));
    }

    /// <summary>Elements [start, end) of a dimension in steps; both ends may be negative or beyond the dimension, as in Python.</summary>
    public static TensorImpl slice(TensorImpl self, long dim, long start, long end, long step = 1)
    {
        if (self.Rank == 0)
        {
            throw ShapeErrors.Error("slice() cannot be applied to a 0-dim tensor.");
        }

        if (step <= 0)
        {
            throw ShapeErrors.Error("slice step must be positive");
        }

        dim = WrapDim(dim, self.Rank);
        long size = self.Sizes[(int)dim];
        start = Math.Clamp(start < 0 ? start + size : start, 0, size);
        end = Math.Clamp(end < 0 ? end + size : end, start, size);
        return Apply(self, new Slice(dim, start, (end - start + step - 1) / step, step));
    }

    public static TensorImpl narrow(TensorImpl self, long dim, long start, long length) => Narrow(self, dim, start, length, ViewCreation.Default);

    public static TensorImpl diagonal(TensorImpl self, long offset = 0, long dim1 = 0, long dim2 = 1)
    {
        (dim1, dim2) = (WrapDim(dim1, self.Rank), WrapDim(dim2, self.Rank));
        return dim1 == dim2
            ? throw ShapeErrors.Error($"diagonal dimensions cannot be identical {dim1}, {dim2}")
            : Apply(self, new Diagonal(offset, dim1, dim2));
    }

    /// <summary>All windows of <paramref name="size"/> elements of a dimension, <paramref name="step"/> apart, as a new last dimension.</summary>
    public static TensorImpl unfold(TensorImpl self, long dim, long size, long step)
    {
        dim = WrapDim(dim, self.Rank);
        long available = self.Rank == 0 ? 1 : self.Sizes[(int)dim];
        if (size > available)
        {
            throw ShapeErrors.Error($"maximum size for tensor at dimension {dim} is {available} but size is {size}");
        }

        return step <= 0
            ? throw ShapeErrors.Error($"step is {step} but must be > 0")
            : Apply(self, new Unfold(dim, size, step));
    }

    /// <summary>
    /// Sizes and strides over the tensor's memory, whatever its own are, from element <paramref name="storageOffset"/> of the storage on. Elements that are the same one share its
    /// gradient's sum.
    /// </summary>
    public static TensorImpl as_strided(TensorImpl self, long[] size, long[] stride, long storageOffset)
    {
        if (size.Length != stride.Length)
        {
            throw ShapeErrors.Error("mismatch in length of strides and shape");
        }

        for (int i = 0; i < size.Length; i++)
        {
            if (size[i] < 0 || stride[i] < 0)
            {
                throw ShapeErrors.Error(
                    $"as_strided: Negative sizes and strides are not supported, got sizes {ShapeErrors.Text(size)} and strides {ShapeErrors.Text(stride)}");
            }
        }

        return Apply(self, new AsStrided([.. size], [.. stride], storageOffset - self.Offset, self.Layout));
    }

    /// <summary>Consecutive parts of a dimension, <paramref name="splitSize"/> long each, the last one perhaps shorter.</summary>
    public static TensorImpl[] split(TensorImpl self, long splitSize, long dim = 0)
    {
        dim = WrapDim(dim, self.Rank);
        long size = DimSize(self, dim, "split");
        if (splitSize < 0 || (splitSize == 0 && size != 0))
        {
            throw ShapeErrors.Error($"split expects split_size be non-negative, but got split_size={splitSize}");
        }

        long count = splitSize == 0 ? 1 : Math.Max((size + splitSize - 1) / splitSize, 1);
        var parts = new TensorImpl[count];
        for (long i = 0; i < count; i++)
        {
            parts[i] = Narrow(self, dim, i * splitSize, Math.Min(splitSize, size - (i * splitSize)), ViewCreation.MultiOutput);
        }

        return parts;
    }

    /// <summary>Consecutive parts of a dimension of the given lengths.</summary>
    public static TensorImpl[] split(TensorImpl self, long[] splitSizes, long dim = 0)
    {
        dim = WrapDim(dim, self.Rank);
        long size = DimSize(self, dim, "split_with_sizes");
        if (splitSizes.Sum() != size)
        {
            throw ShapeErrors.Error(
                $"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension {dim}), but got split_sizes={ShapeErrors.Text(splitSizes)}");
        }

        var parts = new TensorImpl[splitSizes.Length];
        long start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Narrow(self, dim, start, splitSizes[i], ViewCreation.MultiOutput);
            start += splitSizes[i];
        }

        return parts;
    }

    /// <summary>At most <paramref name="chunks"/> parts of a dimension, of equal length but for the last.</summary>
    public static TensorImpl[] chunk(TensorImpl self, long chunks, long dim = 0)
    {
        if (chunks <= 0)
        {
            throw ShapeErrors.Error($"chunk expects `chunks` to be greater than 0, got: {chunks}");
        }

        long size = DimSize(self, WrapDim(dim, self.Rank), "chunk");
        long length = (size + chunks - 1) / chunks;
        return length == 0 ? split(self, new long[chunks], dim) : split(self, length, dim);
    }

    /// <summary>The elements of a dimension, each without it.</summary>
    public static TensorImpl[] unbind(TensorImpl self, long dim = 0)
    {
        dim = WrapDim(dim, self.Rank);
        var parts = new TensorImpl[DimSize(self, dim, "unbind")];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Apply(self, new Select(dim, i), ViewCreation.MultiOutput);
        }

        return parts;
    }

    /// <summary>A dimension number in 0 .. rank-1 (a scalar counts as having one dimension).</summary>
    internal static long WrapDim(long dim, int rank)
    {
        int range = Math.Max(rank, 1);
        return dim >= -range && dim < range ? (dim < 0 ? dim + range : dim) : throw ShapeErrors.DimensionOutOfRange(dim, rank);
    }

    /// <summary>Sizes with the one -1, if any, filled in.</summary>
    internal static long[] InferSize(long[] size, long elements)
    {
        long known = 1;
        int inferred = -1;
        for (int i = 0; i < size.Length; i++)
        {
            if (size[i] == -1)
            {
                inferred = inferred < 0 ? i : throw ShapeErrors.Error("only one dimension can be inferred");
            }
            else if (size[i] < 0)
            {
                throw ShapeErrors.Error($"invalid shape dimension {size[i]}");
            }
            else
            {
                known *= size[i];
            }
        }

        bool fits = inferred < 0 ? known == elements : known != 0 && elements % known == 0;
        if (inferred >= 0 && known == 0 && elements == 0)
        {
            throw ShapeErrors.Error(
                $"cannot reshape tensor of 0 elements into shape {ShapeErrors.Text(size)} because the unspecified dimension size -1 can be any value and is ambiguous");
        }

        if (!fits)
        {
            throw ShapeErrors.Error($"shape '{ShapeErrors.Text(size)}' is invalid for input of size {elements}");
        }

        long[] sizes = [.. size];
        if (inferred >= 0)
        {
            sizes[inferred] = elements / known;
        }

        return sizes;
    }

    private static TensorImpl Narrow(TensorImpl self, long dim, long start, long length, ViewCreation creation)
    {
        if (self.Rank == 0)
        {
            throw ShapeErrors.Error("narrow() cannot be applied to a 0-dim tensor.");
        }

        dim = WrapDim(dim, self.Rank);
        long size = self.Sizes[(int)dim];
        if (length < 0)
        {
            throw ShapeErrors.Error("narrow(): length must be non-negative.");
        }

        if (start < -size || start > size)
        {
            throw ShapeErrors.Error($"start out of range (expected to be in range of [{-size}, {size}], but got {start})");
        }

        start = start < 0 ? start + size : start;
        return start + length > size
            ? throw ShapeErrors.Error($"start ({start}) + length ({length}) exceeds dimension size ({size}).")
            : Apply(self, new Slice(dim, start, length, 1), creation);
    }

    private static long DimSize(TensorImpl self, long dim, string op) =>
        self.Rank > 0 ? self.Sizes[(int)dim] : throw ShapeErrors.Error($"{op} expects at least a 1-dimensional tensor");

    private static long WrapIndex(TensorImpl self, long dim, long index)
    {
        long size = self.Sizes[(int)dim];
        return index >= -size && index < size
            ? (index < 0 ? index + size : index)
            : throw ShapeErrors.Error($"select(): index {index} out of range for tensor of size {ShapeErrors.Text(self.Sizes)} at dimension {dim}");
    }
}
