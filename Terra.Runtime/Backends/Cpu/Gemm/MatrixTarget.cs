using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A matrix in memory whose rows are contiguous: result = alpha * product + beta * addend, the addend any strided matrix (stride 0 broadcasts), and after
/// that whatever other ops follow.
/// </summary>
internal sealed unsafe class MatrixTarget<T>(T* origin, long rowStride, Epilogue? epilogue = null) : GemmTarget<T>
    where T : unmanaged, INumber<T>
{
    private T* _addend;
    private long _addendRow;
    private long _addendColumn;
    private T _alpha = T.One;
    private T _beta;

    /// <summary>Scales the product and adds a scaled matrix to it; a null <paramref name="addend"/> adds nothing.</summary>
    public MatrixTarget<T> Plus(T* addend, long addendRow, long addendColumn, T beta, T alpha)
    {
        _addend = addend;
        (_addendRow, _addendColumn, _beta, _alpha) = (addendRow, addendColumn, beta, alpha);
        return this;
    }

    /// <summary>Goes on to another matrix of a batch.</summary>
    public void MoveTo(T* matrix, T* addend)
    {
        origin = matrix;
        _addend = addend;
    }

    public override T* Row(long row, long column, int columns, out long stride)
    {
        stride = rowStride;
        return origin + row * rowStride + column;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Put(long row, int rows, long column, int columns, T* tile, int tileWidth, bool accumulate)
    {
        for (int r = 0; r < rows; r++)
        {
            T* to = origin + (row + r) * rowStride + column, from = tile + r * tileWidth;
            int i = 0;
            for (; i + Vector128<T>.Count <= columns; i += Vector128<T>.Count)
            {
                Vector128<T> sum = Vector128.Load(from + i);
                (accumulate ? Vector128.Load(to + i) + sum : sum).Store(to + i);
            }

            for (; i < columns; i++)
            {
                to[i] = accumulate ? to[i] + from[i] : from[i];
            }
        }
    }

    public override bool Expect(long row, long rows, long column, long columns) =>
        epilogue?.Expect(origin + row * rowStride + column, rows, columns, rowStride) ?? false;

    public override void Finish(long row, long rows, long column, long columns)
    {
        if (_alpha != T.One || _addend != null)
        {
            for (long r = row; r < row + rows; r++)
            {
                Finish(origin + r * rowStride + column, _addend + r * _addendRow + column * _addendColumn, _addendColumn, columns);
            }
        }

        epilogue?.Finish(origin + row * rowStride + column, rows, columns, rowStride);
    }

    /// <summary>Each element rounds by itself, so that vectors and single elements agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(T* to, T* add, long addStride, long count)
    {
        long i = 0;
        if (_addend == null)
        {
            for (; i < count; i++)
            {
                to[i] *= _alpha;
            }

            return;
        }

        bool scaleProduct = _alpha != T.One, scaleAddend = _beta != T.One;
        if (addStride <= 1)
        {
            Vector512<T> alpha = Vector512.Create(_alpha), beta = Vector512.Create(_beta);
            for (; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
            {
                Vector512<T> product = Vector512.Load(to + i), addend = addStride == 0 ? Vector512.Create(*add) : Vector512.Load(add + i);
                product = scaleProduct ? product * alpha : product;
                (product + (scaleAddend ? addend * beta : addend)).Store(to + i);
            }

            Vector128<T> narrowAlpha = Vector128.Create(_alpha), narrowBeta = Vector128.Create(_beta);
            for (; i + Vector128<T>.Count <= count; i += Vector128<T>.Count)
            {
                Vector128<T> product = Vector128.Load(to + i), addend = addStride == 0 ? Vector128.Create(*add) : Vector128.Load(add + i);
                product = scaleProduct ? product * narrowAlpha : product;
                (product + (scaleAddend ? addend * narrowBeta : addend)).Store(to + i);
            }
        }

        for (; i < count; i++)
        {
            T product = scaleProduct ? _alpha * to[i] : to[i];
            to[i] = product + (scaleAddend ? _beta * add[i * addStride] : add[i * addStride]);
        }
    }
}
