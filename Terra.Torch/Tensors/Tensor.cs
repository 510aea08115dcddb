using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// An n-dimensional array with a dtype: the front-end's handle on the engine's tensor. It owns that handle until disposed,
    /// by the program or by the dispose scope it was created in; using it afterwards throws <see cref="InvalidOperationException"/>.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private TensorImpl? _impl;

        /// <summary>Takes over the handle <paramref name="impl"/>.</summary>
        internal Tensor(TensorImpl impl)
        {
            _impl = impl;
            DisposeScopeManager.ThreadSingleton.Register(this);
        }

        /// <summary>The engine's tensor.</summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        internal TensorImpl Impl => _impl ?? throw EmptyHandle();

        /// <summary>The scope that disposes this tensor; null if nobody but the program does.</summary>
        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>The tensor before this one in its scope's list.</summary>
        internal Tensor? PreviousInScope { get; set; }

        /// <summary>The tensor after this one in its scope's list.</summary>
        internal Tensor? NextInScope { get; set; }

        /// <summary>A name for the program's own use.</summary>
        public string? name { get; set; }

        /// <summary>True once the tensor was disposed.</summary>
        public bool IsInvalid => _impl is null;

        /// <summary>The number of dimensions.</summary>
        public long Dimensions => Impl.Rank;

        /// <inheritdoc cref="Dimensions"/>
        public long ndim => Impl.Rank;

        public long NumberOfElements => Impl.NumberOfElements;

        /// <summary>Bytes per element.</summary>
        public long ElementSize => Impl.DType.SizeInBytes();

        public ScalarType dtype => (ScalarType)Impl.DType;

        public Device device
        {
            get
            {
                _ = Impl;
                return CPU;
            }
        }

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device.type == DeviceType.CUDA;

        /// <summary>The sizes of the dimensions, a copy.</summary>
        public long[] shape => Impl.Sizes.ToArray();

        /// <summary>Releases the handle; the memory is freed with the last tensor that shares it. Disposing twice is harmless.</summary>
#pragma warning disable CA1816 // No finalizer to suppress, and asking the runtime to costs as much as disposing does: the memory has a finalizer of its own.
        public void Dispose()
#pragma warning restore CA1816
        {
            if (OwningDisposeScope is { } scope)
            {
                scope.MarkAsDisposed(this);
            }
            else if (!IsInvalid)
            {
                DisposeScopeManager.Statistics.TensorStatistics.DisposedOutsideScopeCount++;
            }

            Dispose(true);
        }

        /// <summary>Disposes on behalf of the scope that owned the tensor.</summary>
        internal void DisposeByScope() => Dispose(true);

        protected virtual void Dispose(bool disposing)
        {
            TensorImpl? impl = _impl;
            _impl = null;
            impl?.Dispose();
        }

        /// <summary>Releases the tensor from its dispose scope; it is then the program's to dispose.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <inheritdoc cref="DetachFromDisposeScope"/>
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        /// <summary>Hands the tensor to the scope around the one it is in.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Hands the tensor to the scope that <paramref name="other"/> is in.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToScope(other.OwningDisposeScope);

        /// <summary>Hands the tensor to another scope.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope other) => MoveToScope(other);

        public long numel() => Impl.NumberOfElements;

        public long dim() => Impl.Rank;

        public long element_size() => ElementSize;

        /// <summary>The sizes of the dimensions, a copy.</summary>
        public long[] size() => shape;

        /// <summary>The size of one dimension; negative numbers count from the last.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There is no such dimension.</exception>
        public long size(int dim) => Impl.Sizes[WrapDim(dim)];

        /// <summary>The strides of the dimensions in elements, a copy.</summary>
        public long[] stride() => Impl.Layout.Strides.ToArray();

        /// <summary>The stride of one dimension in elements; negative numbers count from the last.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There is no such dimension.</exception>
        public long stride(int dim) => Impl.Layout.Strides[WrapDim(dim)];

        /// <summary>The first element's position in the storage, in elements.</summary>
        public long storage_offset() => Impl.Offset;

        /// <summary>Whether elements lie in row-major order without gaps.</summary>
        public bool is_contiguous() => Impl.Layout.IsContiguous;

        public bool is_cpu() => device.type == DeviceType.CPU;

        public bool is_floating_point() => Impl.DType.IsFloatingPoint();

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        /// <summary>Tensors hash by identity, since their contents change.</summary>
        public override int GetHashCode() => base.GetHashCode();

        /// <summary>Gives the result of an in-place op on <see cref="Impl"/>: this very tensor.</summary>
        private Tensor Mutated(TensorImpl result)
        {
            System.Diagnostics.Debug.Assert(ReferenceEquals(result, _impl), "an in-place op returns the tensor it was given");
            return this;
        }

        private static InvalidOperationException EmptyHandle() => new("Tensor invalid -- empty handle.");

        private int WrapDim(long dim)
        {
            int rank = Impl.Rank;
            long wrapped = dim < 0 ? dim + rank : dim;
            return wrapped >= 0 && wrapped < rank ? (int)wrapped : throw ShapeErrors.DimensionOutOfRange(dim, rank);
        }

        private Tensor MoveToScope(DisposeScope? scope)
        {
            if (OwningDisposeScope is { } owner)
            {
                owner.MoveToOther(scope, this);
            }
            else
            {
                scope?.Attach(this);
            }

            return this;
        }
    }
}
