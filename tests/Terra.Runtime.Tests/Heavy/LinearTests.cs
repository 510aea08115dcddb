using System.Runtime.InteropServices;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

[Collection(nameof(TerraRuntime))]
public sealed class LinearTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 0, 3, 2 }, { 3, 0, 2 }, { 3, 2, 0 }, { 1, 1, 1 }, { 1, 70, 33 }, { 70, 1, 33 }, { 5, 7, 3 }, { 9, 48, 16 }, { 10, 49, 17 },
        { 64, 10, 512 }, { 33, 95, 1300 }, { 130, 130, 130 }, { 2, 100, 700 }, { 25, 16, 513 },
        { 6, 300, 40 }, { 12, 40, 30 },
    };

    /// <summary>Products large enough to be shared, by rows or by columns, with operands read where they are and packed.</summary>
    public static TheoryData<int, int, int> SharedShapes => new()
    {
        { 130, 130, 130 }, { 64, 512, 784 }, { 40, 1000, 40 }, { 40, 1024, 60 }, { 20, 1700, 60 }, { 1000, 33, 90 }, { 300, 16, 600 }, { 1, 900, 500 }, { 900, 1, 500 },
        { 128, 128, 128 }, { 90, 200, 130 }, { 200, 256, 600 }, { 600, 200, 600 },
    };

    [Theory]
    [MemberData(nameof(SharedShapes))]
    public void Mm_does_not_depend_on_the_number_of_threads_nor_on_the_layout(int rows, int columns, int depth)
    {
        TensorImpl a = TensorData.Random(DType.Float32, 1, rows, depth), b = TensorData.Random(DType.Float32, 2, depth, columns);
        double[] expected = Product(TensorData.Values(a), TensorData.Values(b), rows, columns, depth);
        byte[]? first = null;
        int threads = WorkerPool.Shared.NumThreads;
        try
        {
            foreach (int count in new[] { 1, 2, 5 })
            {
                WorkerPool.Shared.NumThreads = count;
                foreach ((TensorImpl left, TensorImpl right) in TensorData.Layouts(a).Zip(TensorData.Layouts(b).Reverse()))
                {
                    TensorImpl result = Aten.mm(left, right);
                    Close(TensorData.Values(result), expected, DType.Float32, depth);
                    first ??= TensorData.Bytes(result);
                    TensorData.Bytes(result).Should().Equal(first);
                }
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Mm_agrees_with_plain_sums_in_every_layout(int rows, int columns, int depth)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64, DType.Int64 })
        {
            TensorImpl a = TensorData.Random(dtype, 1, rows, depth), b = TensorData.Random(dtype, 2, depth, columns);
            double[] expected = Product(TensorData.Values(a), TensorData.Values(b), rows, columns, depth);
            byte[]? first = null;
            foreach (TensorImpl left in TensorData.Layouts(a))
            {
                foreach (TensorImpl right in TensorData.Layouts(b))
                {
                    TensorImpl result = Aten.mm(left, right);
                    result.Sizes.ToArray().Should().Equal(rows, columns);
                    Close(TensorData.Values(result), expected, dtype, depth);
                    first ??= TensorData.Bytes(result);
                    TensorData.Bytes(result).Should().Equal(first, "layouts must not change bits");
                }
            }
        }
    }

    [Fact]
    public void An_element_does_not_depend_on_the_rest_of_the_matrix()
    {
        TensorImpl a = TensorData.Random(DType.Float32, 1, 100, 1100), b = TensorData.Random(DType.Float32, 2, 1100, 100);
        double[] whole = TensorData.Values(Aten.mm(a, b));
        foreach ((long rows, long columns) in new[] { (2L, 2L), (3L, 50L), (40L, 17L) })
        {
            var left = new TensorImpl(a.Storage, new Layout([rows, 1100], [1100, 1]), DType.Float32, 5 * 1100);
            var right = new TensorImpl(b.Storage, new Layout([1100, columns], [100, 1]), DType.Float32, 7);
            double[] part = TensorData.Values(Aten.mm(left, right));
            for (long i = 0; i < rows; i++)
            {
                for (long j = 0; j < columns; j++)
                {
                    part[i * columns + j].Should().Be(whole[(i + 5) * 100 + j + 7]);
                }
            }
        }
    }

    [Theory]
    [InlineData(2600, 40)]
    [InlineData(300, 700)]
    [InlineData(20, 57)]
    [InlineData(1100, 1000)]
    [InlineData(1, 5000)]
    [InlineData(9, 15)]
    [InlineData(9, 32)]
    public void An_element_of_a_matrix_vector_product_does_not_depend_on_the_other_rows(int rows, int depth)
    {
        TensorImpl a = TensorData.Random(DType.Float32, 1, rows, depth), x = TensorData.Random(DType.Float32, 2, depth, 1);
        double[] whole = TensorData.Values(Aten.mm(a, x));
        foreach (long row in new[] { 0L, rows / 2, rows - 1 })
        {
            foreach (TensorImpl matrix in TensorData.Layouts(a))
            {
                long[] strides = matrix.Layout.Strides.ToArray();
                var part = new TensorImpl(matrix.Storage, new Layout([1, depth], strides), DType.Float32, matrix.Offset + row * strides[0]);
                TensorData.Values(Aten.mm(part, x)).Should().Equal(whole[row]);
            }
        }
    }

    [Fact]
    public void Addmm_broadcasts_and_scales()
    {
        TensorImpl a = TensorData.Random(DType.Float64, 1, 20, 30), b = TensorData.Random(DType.Float64, 2, 30, 50);
        double[] product = TensorData.Values(Aten.mm(a, b));
        foreach (long[] sizes in new long[][] { [], [50], [1, 50], [20, 1], [20, 50] })
        {
            TensorImpl self = TensorData.Random(DType.Float64, 3, sizes);
            double[] add = TensorData.Values(self);
            double[] actual = TensorData.Values(Aten.addmm(self, a, b, 0.5, 2.0));
            for (int i = 0; i < product.Length; i++)
            {
                int row = sizes.Length == 2 && sizes[0] > 1 ? i / 50 : 0, column = sizes.Length > 0 && sizes[^1] > 1 ? i % 50 : 0;
                double addend = add[row * (sizes.Length > 0 ? (int)sizes[^1] : 1) + column];
                actual[i].Should().BeApproximately(0.5 * addend + 2 * product[i], 1e-12);
            }
        }
    }

    [Fact]
    public void Addmm_with_beta_zero_does_not_read_self()
    {
        TensorImpl self = TensorData.Tensor(DType.Float32, [double.NaN], 1);
        TensorImpl one = TensorData.Tensor(DType.Float32, [2], 1, 1);
        TensorData.Values(Aten.addmm(self, one, one, 0, 1)).Should().Equal(4);
    }

    [Fact]
    public void Bmm_and_baddbmm_multiply_each_batch()
    {
        TensorImpl a = TensorData.Random(DType.Float64, 1, 4, 6, 9), b = TensorData.Random(DType.Float64, 2, 4, 9, 5);
        TensorImpl self = TensorData.Random(DType.Float64, 3, 4, 1, 5);
        double[] x = TensorData.Values(a), y = TensorData.Values(b), add = TensorData.Values(self);
        foreach (TensorImpl left in TensorData.Layouts(a))
        {
            foreach (TensorImpl right in TensorData.Layouts(b))
            {
                double[] actual = TensorData.Values(Aten.bmm(left, right));
                double[] added = TensorData.Values(Aten.baddbmm(self, left, right, 3, 1));
                for (int n = 0; n < 4; n++)
                {
                    double[] expected = Product(x[(n * 54)..((n + 1) * 54)], y[(n * 45)..((n + 1) * 45)], 6, 5, 9);
                    Close(actual[(n * 30)..((n + 1) * 30)], expected, DType.Float64, 9);
                    Close(added[(n * 30)..((n + 1) * 30)], expected.Select((v, i) => v + 3 * add[n * 5 + i % 5]).ToArray(), DType.Float64, 9);
                }
            }
        }
    }

    [Fact]
    public void Wrong_shapes_are_refused_in_pytorchs_words()
    {
        TensorImpl a = TensorData.Random(DType.Float32, 1, 2, 3);
        FluentActions.Invoking(() => Aten.mm(a, a)).Should().Throw<ExternalException>().WithMessage("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)*");
        FluentActions.Invoking(() => Aten.bmm(a, a)).Should().Throw<ExternalException>().WithMessage("*3D*");
    }

    private static double[] Product(double[] a, double[] b, int rows, int columns, int depth)
    {
        var result = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int p = 0; p < depth; p++)
            {
                for (int j = 0; j < columns; j++)
                {
                    result[i * columns + j] += a[i * depth + p] * b[p * columns + j];
                }
            }
        }

        return result;
    }

    private static void Close(double[] actual, double[] expected, DType dtype, int depth)
    {
        double tolerance = (dtype == DType.Float32 ? 1e-6 : 1e-14) * Math.Sqrt(depth + 1) * 4;
        actual.Length.Should().Be(expected.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            if (Math.Abs(actual[i] - expected[i]) > tolerance * (1 + Math.Abs(expected[i])))
            {
                actual[i].Should().BeApproximately(expected[i], tolerance, $"element {i}");
            }
        }
    }
}
