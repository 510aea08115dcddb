namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A tensor of zeros with the sizes, and unless told otherwise the dtype, of this one.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(shape, 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of ones with the sizes, and unless told otherwise the dtype, of this one.</summary>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(shape, 1, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor to be filled by the program, with the sizes, and unless told otherwise the dtype, of this one.</summary>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(shape, 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value with the sizes, and unless told otherwise the dtype, of this one.</summary>
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(shape, value.Value, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>Numbers drawn uniformly from [0, 1) with the sizes, and unless told otherwise the dtype, of this tensor.</summary>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.rand_like(this, dtype, device, requires_grad);

        /// <summary>Standard normal numbers with the sizes, and unless told otherwise the dtype, of this tensor.</summary>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.randn_like(this, dtype, device, requires_grad);

        /// <summary>Integers from <paramref name="low"/> up to, not including, <paramref name="high"/> with the sizes, and unless told otherwise the dtype, of this tensor.</summary>
        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.randint_like(this, low, high, dtype, device, requires_grad);

        /// <summary>A tensor to be filled by the program, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([.. size], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor to be filled by the program, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(size.ToArray(), 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor to be filled by the program, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([size], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor to be filled by the program, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([rows, columns], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor to be filled by the program, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor to be filled by the program, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2, dim3], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of zeros, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([.. size], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of zeros, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(size.ToArray(), 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of zeros, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([size], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of zeros, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([rows, columns], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of zeros, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of zeros, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2, dim3], 0, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of ones, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([size], 1, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of ones, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([rows, columns], 1, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of ones, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2], 1, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of ones, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2, dim3], 1, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([.. size], value.Value, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(size.ToArray(), value.Value, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([size], value.Value, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([rows, columns], value.Value, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2], value.Value, dtype ?? this.dtype, device, requires_grad, null);

        /// <summary>A tensor of one value, of this tensor's dtype unless told otherwise.</summary>
        public Tensor new_full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([dim0, dim1, dim2, dim3], value.Value, dtype ?? this.dtype, device, requires_grad, null);
    }
}
