using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>The matrix products: float and double through <see cref="Gemm{T}"/>, integers by plain sums.</summary>
internal static unsafe class LinearKernels
{
    /// <summary>mm(self, mat2) and bmm(self, mat2).</summary>
    public static void Product(OpInvocation call) => Dispatch(call, null, call.Input(0), call.Input(1), 0L, 1L);

    /// <summary>addmm(self, mat1, mat2, beta, alpha) and baddbmm: beta * self + alpha * product, self broadcast to the result.</summary>
    public static void AddProduct(OpInvocation call) =>
        Dispatch(call, call.Input(0), call.Input(1), call.Input(2), call.Scalar(0), call.Scalar(1));

    private static void Dispatch(OpInvocation call, TensorImpl? addend, TensorImpl a, TensorImpl b, ScalarValue beta, ScalarValue alpha)
    {
        TensorImpl result = call.Outputs[0];
        switch (result.DType)
        {
            case DType.Float32:
                Floating(result, addend, a, b, (float)beta.ToDouble(), (float)alpha.ToDouble());
                break;
            case DType.Float64:
                Floating(result, addend, a, b, beta.ToDouble(), alpha.ToDouble());
                break;
            case DType.Int64:
                Integer(result, addend, a, b, beta.ToInt64(), alpha.ToInt64());
                break;
            case DType.Int32:
                Integer(result, addend, a, b, (int)beta.ToInt64(), (int)alpha.ToInt64());
                break;
            case DType.Int16:
                Integer(result, addend, a, b, (short)beta.ToInt64(), (short)alpha.ToInt64());
                break;
            case DType.Int8:
                Integer(result, addend, a, b, (sbyte)beta.ToInt64(), (sbyte)alpha.ToInt64());
                break;
            case DType.UInt8:
                Integer(result, addend, a, b, (byte)beta.ToInt64(), (byte)alpha.ToInt64());
                break;
            default:
                throw ShapeErrors.NotImplemented(call.Op.Name, result.DType);
        }
    }

    private static void Floating<T>(TensorImpl result, TensorImpl? addend, TensorImpl a, TensorImpl b, T beta, T alpha)
        where T : unmanaged, INumber<T>
    {
        long batches = result.Rank == 3 ? result.Sizes[0] : 1;
        int d = result.Rank - 2;
        long rows = result.Sizes[d], columns = result.Sizes[d + 1], depth = a.Sizes[d + 1];
        var view = addend is null || beta == T.Zero ? default : new Broadcast(addend, result.Sizes);
        bool batchParallel = batches >= WorkerPool.Shared.NumThreads && batches > 1;
        void Run(long from, long to)
        {
            for (long i = from; i < to; i++)
            {
                T* origin = (T*)result.Pointer + i * rows * columns;
                T* add = view.IsPresent ? (T*)addend!.Pointer + i * view.Batch : null;
                T* left = (T*)a.Pointer + (d == 0 ? 0 : i * a.Layout.Strides[0]);
                T* right = (T*)b.Pointer + (d == 0 ? 0 : i * b.Layout.Strides[0]);
                Gemm<T>.Run(
                    rows,
                    columns,
                    depth,
                    new StridedSource<T>(left, a.Layout.Strides[d + 1], a.Layout.Strides[d]),
                    new StridedSource<T>(right, b.Layout.Strides[d], b.Layout.Strides[d + 1]),
                    new MatrixTarget<T>(origin, columns).Plus(add, view.Row, view.Column, beta, alpha));
            }
        }

        if (batchParallel)
        {
            WorkerPool.Shared.For(batches, Math.Max(1, 65536 / Math.Max(rows * columns * depth, 1)), Run);
        }
        else
        {
            Run(0, batches);
        }
    }

    private static void Integer<T>(TensorImpl result, TensorImpl? addend, TensorImpl a, TensorImpl b, T beta, T alpha)
        where T : unmanaged, INumber<T>
    {
        int d = result.Rank - 2;
        long batches = d == 1 ? result.Sizes[0] : 1;
        long rows = result.Sizes[d], columns = result.Sizes[d + 1], depth = a.Sizes[d + 1];
        using var left = new ContiguousData<T>(a);
        using var right = new ContiguousData<T>(b);
        var view = addend is null || beta == T.Zero ? default : new Broadcast(addend, result.Sizes);
        T* to = (T*)result.Pointer;
        for (long i = 0; i < batches * rows; i++)
        {
            T* row = left.Pointer + i * depth;
            T* matrix = right.Pointer + i / rows * depth * columns;
            T* sums = to + i * columns;
            new Span<T>(sums, checked((int)columns)).Clear();
            for (long p = 0; p < depth; p++)
            {
                for (long j = 0; j < columns; j++)
                {
                    sums[j] = unchecked(sums[j] + row[p] * matrix[p * columns + j]);
                }
            }

            T* add = view.IsPresent ? (T*)addend!.Pointer + i / rows * view.Batch + i % rows * view.Row : null;
            for (long j = 0; j < columns; j++)
            {
                T product = unchecked(alpha * sums[j]);
                sums[j] = add == null ? product : unchecked(product + beta * add[j * view.Column]);
            }
        }
    }

    /// <summary>Strides with which a tensor is read as if it had the (two or three) sizes of the result.</summary>
    private readonly struct Broadcast
    {
        public Broadcast(TensorImpl tensor, ReadOnlySpan<long> sizes)
        {
            IsPresent = true;
            Column = Stride(tensor, sizes, 1);
            Row = Stride(tensor, sizes, 2);
            Batch = sizes.Length > 2 ? Stride(tensor, sizes, 3) : 0;
        }

        public bool IsPresent { get; }

        public long Batch { get; }

        public long Row { get; }

        public long Column { get; }

        private static long Stride(TensorImpl tensor, ReadOnlySpan<long> sizes, int fromEnd) =>
            tensor.Rank < fromEnd || (tensor.Sizes[^fromEnd] == 1 && sizes[^fromEnd] != 1) ? 0 : tensor.Layout.Strides[^fromEnd];
    }
}
