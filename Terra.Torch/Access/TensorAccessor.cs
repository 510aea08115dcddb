using System.Collections;
using Terra.Runtime.Core;

namespace TorchSharp.Utils;

/// <summary>
/// The elements of a tensor (or view) in row-major order, read and written in place. Every access waits for ops still under way on
/// the tensor's memory.
/// </summary>
/// <typeparam name="T">The .NET type of the tensor's elements.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private torch.Tensor? _tensor;

    internal TensorAccessor(torch.Tensor tensor) => _tensor = tensor;

    /// <summary>The number of elements.</summary>
    public long Count => _tensor?.numel() ?? 0;

    public bool IsReadOnly => false;

    private TensorImpl Impl => (_tensor ?? throw new ObjectDisposedException(GetType().Name)).Impl;

    /// <summary>An element by its position in row-major order, or by one index per dimension.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public T this[params long[] indices]
    {
        get
        {
            TensorImpl impl = Impl;
            long offset = Offset(impl, indices);
            T value = ((T*)impl.ReadData())[offset];
            GC.KeepAlive(impl);
            return value;
        }

        set
        {
            TensorImpl impl = Impl;
            long offset = Offset(impl, indices);
            ((T*)impl.WriteData())[offset] = value;
            GC.KeepAlive(impl);
        }
    }

    public static bool operator ==(TensorAccessor<T>? left, TensorAccessor<T>? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(TensorAccessor<T>? left, TensorAccessor<T>? right) => !(left == right);

    /// <summary>A copy of the elements in row-major order.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        Gather(array, 0);
        return array;
    }

    /// <summary>A copy of the elements in an array with the tensor's sizes; a 0-dimensional tensor gives an array of one element.</summary>
    public Array ToNDArray()
    {
        TensorImpl impl = Impl;
        if (impl.Rank <= 1)
        {
            return ToArray();
        }

        Array array = Array.CreateInstance(typeof(T), impl.Sizes.ToArray());
        if (array.Length > 0)
        {
            Gather(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
                ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(
                    ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)), array.Length), 0);
        }

        return array;
    }

    /// <summary>Copies elements from position <paramref name="tensorIndex"/> on, as many as there are and as fit.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => Gather(array.AsSpan(arrayIndex), tensorIndex);

    /// <inheritdoc cref="CopyTo(T[], int, long)"/>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0) => Gather(array[arrayIndex..], tensorIndex);

    /// <summary>Overwrites elements from position <paramref name="tensorIndex"/> on, as many as are given and as there are.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => Scatter(array.AsSpan(arrayIndex), tensorIndex);

    /// <inheritdoc cref="CopyFrom(T[], int, long)"/>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0) => Scatter(array[arrayIndex..], tensorIndex);

    public IEnumerator<T> GetEnumerator()
    {
        long count = Count;
        for (long i = 0; i < count; i++)
        {
            yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both show equal elements in the same order.</summary>
    public override bool Equals(object? obj) =>
        obj is TensorAccessor<T> other && (ReferenceEquals(this, other) || (Count == other.Count && ToArray().AsSpan().SequenceEqual(other.ToArray())));

    public override int GetHashCode() => _tensor?.GetHashCode() ?? 0;

    /// <summary>Lets go of the tensor, which stays as it is.</summary>
    public void Dispose() => _tensor = null;

    private static long Offset(TensorImpl impl, long[] indices)
    {
        if (indices.Length == 1)
        {
            long position = indices[0];
            return position >= 0 && position < impl.NumberOfElements
                ? Offset(impl.Layout, position)
                : throw new IndexOutOfRangeException($"{position} in a tensor of {impl.NumberOfElements} elements");
        }

        if (indices.Length != impl.Rank)
        {
            throw new ArgumentException($"{indices.Length} indices for a tensor of {impl.Rank} dimensions", nameof(indices));
        }

        long offset = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= impl.Sizes[i])
            {
                throw new IndexOutOfRangeException($"{indices[i]} in dimension {i} of size {impl.Sizes[i]}");
            }

            offset += indices[i] * impl.Layout.Strides[i];
        }

        return offset;
    }

    /// <summary>Where the element at a position in row-major order lies.</summary>
    private static long Offset(Layout layout, long position)
    {
        if (layout.IsContiguous)
        {
            return position;
        }

        long offset = 0;
        for (int i = layout.Rank - 1; i >= 0; i--)
        {
            (position, long index) = Math.DivRem(position, layout.Sizes[i]);
            offset += index * layout.Strides[i];
        }

        return offset;
    }

    private T At(long position)
    {
        TensorImpl impl = Impl;
        T value = ((T*)impl.ReadData())[Offset(impl.Layout, position)];
        GC.KeepAlive(impl);
        return value;
    }

    private void Gather(Span<T> destination, long from)
    {
        TensorImpl impl = Impl;
        int count = (int)Math.Min(destination.Length, impl.NumberOfElements - from);
        var data = (T*)impl.ReadData();
        if (impl.Layout.IsContiguous)
        {
            new ReadOnlySpan<T>(data + from, count).CopyTo(destination);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                destination[i] = data[Offset(impl.Layout, from + i)];
            }
        }

        GC.KeepAlive(impl);
    }

    private void Scatter(ReadOnlySpan<T> source, long from)
    {
        TensorImpl impl = Impl;
        int count = (int)Math.Min(source.Length, impl.NumberOfElements - from);
        var data = (T*)impl.WriteData();
        if (impl.Layout.IsContiguous)
        {
            source[..count].CopyTo(new Span<T>(data + from, count));
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                data[Offset(impl.Layout, from + i)] = source[i];
            }
        }

        GC.KeepAlive(impl);
    }
}
