using System.Threading;
using Terra.Runtime.Autograd;

namespace Terra.Runtime.Core;

/// <summary>
/// A handle on a storage with a geometry: what an op takes and returns. Geometry and dtype never change; the bytes may.
/// A placeholder is one whose storage is still pending. Disposing releases the handle, not other handles on the storage.
/// </summary>
public sealed class TensorImpl : IDisposable
{
    private int _disposed;
    private AutogradMeta? _autograd;

    /// <summary>A new handle on <paramref name="storage"/>; <paramref name="offset"/> is in elements.</summary>
    public TensorImpl(Storage storage, Layout layout, DType dtype, long offset = 0)
    {
        Storage = storage;
        Layout = layout;
        DType = dtype;
        Offset = offset;
        storage.Retain();
    }

    private TensorImpl(Layout layout, DType dtype, Storage unshared)
    {
        Storage = unshared;
        Layout = layout;
        DType = dtype;
        unshared.RetainFirst();
    }

    /// <summary>The elements of <paramref name="other"/> in another geometry, for kernels that run while that is alive: keeps no storage alive and counts as disposed.</summary>
    private TensorImpl(TensorImpl other, Layout layout)
    {
        Storage = other.Storage;
        Layout = layout;
        DType = other.DType;
        Offset = other.Offset;
        _disposed = 1;
    }

    /// <summary>A disposed handle on nothing: sizes, strides and dtype of <paramref name="other"/> without its data.</summary>
    private TensorImpl(TensorImpl other)
    {
        Storage = Storage.None;
        Layout = other.Layout;
        DType = other.DType;
        _disposed = 1;
    }

    public Storage Storage { get; }

    public Layout Layout { get; }

    public DType DType { get; }

    /// <summary>First element, in elements from the start of the storage.</summary>
    public long Offset { get; }

    public long NumberOfElements => Layout.NumberOfElements;

    public int Rank => Layout.Rank;

    public ReadOnlySpan<long> Sizes => Layout.Sizes;

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Autograd's part: requires_grad, grad, grad_fn, view base. Null while the tensor takes no part in autograd.</summary>
    public AutogradMeta? Autograd
    {
        get => _autograd;
        internal set => _autograd = value;
    }

    /// <summary>The first element's address without waiting for pending work: for kernels only.</summary>
    public nint Pointer => Storage.RawBuffer + (nint)(Offset * DType.SizeInBytes());

    /// <summary>The first element's address, for the program to read: waits for pending work and counts as a fetch. The address does not keep the tensor alive: <see cref="GC.KeepAlive"/> does.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public nint ReadData()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        NoteRead();
        Storage.EnsureReadable();
        return Pointer;
    }

    /// <summary>The first element's address, for the program to write outside of any op: waits for all pending use. The address does not keep the tensor alive.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public nint WriteData()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        NoteRead();
        Storage.EnsureWritable();
        return Pointer;
    }

    /// <summary>A tensor of uninitialized contiguous memory.</summary>
    public static TensorImpl Allocate(Layout layout, DType dtype) =>
        new(layout, dtype, Storage.Allocate(layout.NumberOfElements * dtype.SizeInBytes()));

    /// <summary>A tensor that <paramref name="writer"/> will compute at <paramref name="sequence"/>.</summary>
    internal static TensorImpl Placeholder(Layout layout, DType dtype, PendingWork writer, long sequence) =>
        new(layout, dtype, Storage.CreatePending(layout.NumberOfElements * dtype.SizeInBytes(), writer, sequence));

    /// <summary>
    /// What a tensor's derivative keeps of a tensor whose data it does not need: it is disposed from the start, so ops refuse it,
    /// and it keeps no storage alive.
    /// </summary>
    internal static TensorImpl MetadataOf(TensorImpl tensor) => new(tensor);

    /// <summary>The same elements in another geometry, for a kernel to read while <paramref name="tensor"/> is alive: not a handle on the storage.</summary>
    internal static TensorImpl Seen(TensorImpl tensor, Layout layout) => new(tensor, layout);

    /// <summary>The tensor's part in autograd, made if it has none. Thread-safe.</summary>
    internal AutogradMeta EnsureAutograd() =>
        _autograd ?? Interlocked.CompareExchange(ref _autograd, new AutogradMeta(), null) ?? _autograd;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Storage.Release();
        }
    }

    private void NoteRead()
    {
        if (Storage.IsComputed)
        {
            ReadObserver.Current?.OnRead(Storage);
        }
    }
}
