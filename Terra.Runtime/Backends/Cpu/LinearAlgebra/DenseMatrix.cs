using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>A matrix of float64 numbers, row-major: what the decompositions compute with.</summary>
internal sealed class DenseMatrix(int rows, int columns)
{
    private readonly double[] _elements = new double[rows * columns];

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public ref double this[int row, int column] => ref _elements[(row * Columns) + column];

    /// <summary>The elements of a row.</summary>
    public Span<double> Row(int row) => _elements.AsSpan(row * Columns, Columns);

    public static DenseMatrix Identity(int size)
    {
        var identity = new DenseMatrix(size, size);
        for (int i = 0; i < size; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    /// <summary>One of the matrices that a tensor [*, rows, columns] holds, by its position among them.</summary>
    public static unsafe DenseMatrix Read(TensorImpl tensor, long number)
    {
        (long offset, int rows, int columns, long down, long across) = Locate(tensor, number);
        var matrix = new DenseMatrix(rows, columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                long at = offset + (i * down) + (j * across);
                matrix[i, j] = tensor.DType == DType.Float32 ? ((float*)tensor.Pointer)[at] : ((double*)tensor.Pointer)[at];
            }
        }

        return matrix;
    }

    /// <summary>How many matrices a tensor holds.</summary>
    public static long Count(TensorImpl tensor)
    {
        long count = 1;
        foreach (long size in tensor.Sizes[..^2])
        {
            count *= size;
        }

        return count;
    }

    /// <summary>Writes a number into a tensor [*] of results, one per matrix.</summary>
    public static unsafe void Write(TensorImpl tensor, long number, double value)
    {
        if (tensor.DType == DType.Float32)
        {
            ((float*)tensor.Pointer)[number] = (float)value;
        }
        else
        {
            ((double*)tensor.Pointer)[number] = value;
        }
    }

    /// <summary>Writes the matrix into a tensor of results.</summary>
    public void Write(TensorImpl tensor, long number)
    {
        long start = number * _elements.Length;
        for (int i = 0; i < _elements.Length; i++)
        {
            Write(tensor, start + i, _elements[i]);
        }
    }

    public DenseMatrix Copy()
    {
        var copy = new DenseMatrix(Rows, Columns);
        _elements.CopyTo(copy._elements, 0);
        return copy;
    }

    public DenseMatrix Transposed()
    {
        var transposed = new DenseMatrix(Columns, Rows);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                transposed[j, i] = this[i, j];
            }
        }

        return transposed;
    }

    public void Fill(double value) => _elements.AsSpan().Fill(value);

    public void SwapRows(int first, int second)
    {
        for (int j = 0; first != second && j < Columns; j++)
        {
            (this[first, j], this[second, j]) = (this[second, j], this[first, j]);
        }
    }

    private static (long Offset, int Rows, int Columns, long Down, long Across) Locate(TensorImpl tensor, long number)
    {
        ReadOnlySpan<long> sizes = tensor.Sizes, strides = tensor.Layout.Strides;
        long offset = 0;
        for (int d = tensor.Rank - 3; d >= 0; d--)
        {
            (number, long index) = Math.DivRem(number, sizes[d]);
            offset += index * strides[d];
        }

        return (offset, checked((int)sizes[^2]), checked((int)sizes[^1]), strides[^2], strides[^1]);
    }
}
