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
        T* to = origin + row * rowStride + column;
        if (_addend != null)
        {
            Add(to, _addend + row * _addendRow + column * _addendColumn, rows, columns);
        }
        else if (_alpha != T.One)
        {
            Scale(to, rows, columns);
        }

        epilogue?.Finish(to, rows, columns, rowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(T* to, long rows, long columns)
    {
        for (long r = 0; r < rows; r++, to += rowStride)
        {
            for (long i = 0; i < columns; i++)
            {
                to[i] *= _alpha;
            }
        }
    }

    /// <summary>Each element rounds by itself, so that vectors and single elements agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(T* to, T* add, long rows, long columns)
    {
        T alpha = _alpha, beta = _beta;
        bool scaleProduct = alpha != T.One, scaleAddend = beta != T.One;
        long step = _addendColumn, vectors = step <= 1 ? columns : 0;
        Vector512<T> alphas = Vector512.Create(alpha), betas = Vector512.Create(beta);
        for (long r = 0; r < rows; r++, to += rowStride, add += _addendRow)
        {
            long i = 0;
            for (; i + Vector512<T>.Count <= vectors; i += Vector512<T>.Count)
            {
                Vector512<T> product = Vector512.Load(to + i), addend = step == 0 ? Vector512.Create(*add) : Vector512.Load(add + i);
                product = scaleProduct ? product * alphas : product;
                (product + (scaleAddend ? addend * betas : addend)).Store(to + i);
            }

            for (; i + Vector128<T>.Count <= vectors; i += Vector128<T>.Count)
            {
                Vector128<T> product = Vector128.Load(to + i), addend = step == 0 ? Vector128.Create(*add) : Vector128.Load(add + i);
                product = scaleProduct ? product * alphas.GetLower().GetLower() : product;
                (product + (scaleAddend ? addend * betas.GetLower().GetLower() : addend)).Store(to + i);
            }

            for (; i < columns; i++)
            {
                T product = scaleProduct ? alpha * to[i] : to[i];
                to[i] = product + (scaleAddend ? beta * add[i * step] : add[i * step]);
            }
        }
    }
}
