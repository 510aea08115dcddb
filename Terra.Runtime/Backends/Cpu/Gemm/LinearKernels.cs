using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The matrix products: float and double through <see cref="Gemm{T}"/>, integers by plain sums. 16-bit floating-point operands become float32 as they are read, and
/// the result is rounded part by part as it is complete.
/// </summary>
internal static unsafe class LinearKernels
{
    /// <summary>Results up to this size are in the cache when all of it is complete: their epilogue runs once.</summary>
    private const long SmallResult = 8192;

    /// <summary>Products of a row of the result that take much longer than to begin with its epilogue.</summary>
    private const long ProductsOfRow = 512;

    /// <summary>A product of matrices with fewer depths may run on one thread while a pass over its result would run on several.</summary>
    private const long LeastDepth = 8;

    /// <summary>mm(self, mat2) and bmm(self, mat2).</summary>
    public static void Product(OpInvocation call) => Product(call, null);

    /// <summary>The same, followed by other ops.</summary>
    public static void Product(OpInvocation call, Epilogue? epilogue) => Dispatch(call, null, call.Input(0), call.Input(1), 0L, 1L, epilogue);

    /// <summary>addmm(self, mat1, mat2, beta, alpha) and baddbmm: beta * self + alpha * product, self broadcast to the result.</summary>
    public static void AddProduct(OpInvocation call) => AddProduct(call, null);

    /// <summary>The same, followed by other ops.</summary>
    public static void AddProduct(OpInvocation call, Epilogue? epilogue) =>
        Dispatch(call, call.Input(0), call.Input(1), call.Input(2), call.Scalar(0), call.Scalar(1), epilogue);

    /// <summary>Whether other ops are better run with the product than behind it.</summary>
    public static bool EpiloguePays(OpInvocation call)
    {
        TensorImpl result = call.Outputs[0];
        long rows = result.Sizes[^2], columns = result.Sizes[^1], depth = call.Inputs[^1]!.Sizes[^2];
        return rows == 1 || columns == 1 || result.NumberOfElements <= SmallResult || (columns * depth >= ProductsOfRow && depth >= LeastDepth);
    }

    private static void Dispatch(OpInvocation call, TensorImpl? addend, TensorImpl a, TensorImpl b, ScalarValue beta, ScalarValue alpha, Epilogue? epilogue)
    {
        TensorImpl result = call.Outputs[0];
        switch (result.DType)
        {
            case DType.Float32:
                Floating<float, float, SameElements<float>>(result, addend, a, b, (float)beta.ToDouble(), (float)alpha.ToDouble(), epilogue);
                break;
            case DType.Float64:
                Floating<double, double, SameElements<double>>(result, addend, a, b, beta.ToDouble(), alpha.ToDouble(), epilogue);
                break;
            case DType.BFloat16:
                Narrow<BFloat16Elements>(result, addend, a, b, (float)beta.ToDouble(), (float)alpha.ToDouble());
                break;
            case DType.Float16:
                Narrow<Float16Elements>(result, addend, a, b, (float)beta.ToDouble(), (float)alpha.ToDouble());
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

    /// <summary>A product whose operands and result are 16-bit: the sums are float32, and rounding them is the epilogue.</summary>
    private static void Narrow<TElements>(TensorImpl result, TensorImpl? addend, TensorImpl a, TensorImpl b, float beta, float alpha)
        where TElements : struct, IElements<short, float>
    {
        using TensorImpl sums = TensorImpl.Allocate(result.Layout, DType.Float32);
        using TensorImpl? wideAddend = addend is null ? null : WidenedKernel.Widen(addend);
        var rounding = new Epilogue(WidenedKernel.Conversion(DType.Float32, result.DType), (void*)sums.Pointer, [sums], [result], null);
        Floating<float, short, TElements>(result, wideAddend, a, b, beta, alpha, rounding);
    }

    /// <summary>A product in <typeparamref name="T"/>, of operands that are stored as <typeparamref name="TStored"/>.</summary>
    private static void Floating<T, TStored, TElements>(TensorImpl result, TensorImpl? addend, TensorImpl a, TensorImpl b, T beta, T alpha, Epilogue? epilogue)
        where T : unmanaged, INumber<T>
        where TStored : unmanaged
        where TElements : struct, IElements<TStored, T>
    {
        long batches = result.Rank == 3 ? result.Sizes[0] : 1;
        int d = result.Rank - 2;
        long rows = result.Sizes[d], columns = result.Sizes[d + 1], depth = a.Sizes[d + 1];
        var view = addend is null || beta == T.Zero ? default : new Broadcast(addend, result.Sizes);
        long aBatch = d == 0 ? 0 : a.Layout.Strides[0], aRow = a.Layout.Strides[d], aDepth = a.Layout.Strides[d + 1];
        long bBatch = d == 0 ? 0 : b.Layout.Strides[0], bDepth = b.Layout.Strides[d], bColumn = b.Layout.Strides[d + 1];
        bool isSmall = result.NumberOfElements <= SmallResult;
        void Run(long from, long to)
        {
            if (rows == 0 || columns == 0)
            {
                return;
            }

            TStored* left = (TStored*)a.Pointer, right = (TStored*)b.Pointer;
            T* matrices = epilogue is null ? (T*)result.Pointer : (T*)epilogue.Result, add = view.IsPresent ? (T*)addend!.Pointer : null;
            MatrixSource<T> leftSource = TElements.Source(left, aDepth, aRow), rightSource = TElements.Source(right, bDepth, bColumn);
            bool isVector = rows == 1 || columns == 1;
            var target = new MatrixTarget<T>(matrices, columns, isSmall ? null : epilogue)
                .Plus(add, isVector ? 0 : view.Row, isVector && columns == 1 ? view.Row : view.Column, beta, alpha);
            GemmJob<T>? job = isVector ? null : new GemmJob<T>(rows, columns, depth, leftSource, rightSource, target);
            for (long i = from; i < to; i++)
            {
                leftSource.Origin = left + i * aBatch;
                rightSource.Origin = right + i * bBatch;
                T* matrix = matrices + i * rows * columns;
                target.MoveTo(matrix, add == null ? null : add + i * view.Batch);
                if (job is not null)
                {
                    job.Run();
                }
                else if (columns == 1)
                {
                    MatrixVector<T, TStored, TElements>.Run(left + i * aBatch, aRow, aDepth, right + i * bBatch, bDepth, rows, depth, matrix, target);
                }
                else
                {
                    MatrixVector<T, TStored, TElements>.Run(right + i * bBatch, bColumn, bDepth, left + i * aBatch, aDepth, columns, depth, matrix, target);
                }
            }
        }

        if (batches >= WorkerPool.Shared.NumThreads && batches > 1)
        {
            WorkerPool.Shared.For(batches, Math.Max(1, 65536 / Math.Max(rows * columns * depth, 1)), Run);
        }
        else
        {
            Run(0, batches);
        }

        if (isSmall)
        {
            epilogue?.Finish(epilogue.Result, result.NumberOfElements);
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
