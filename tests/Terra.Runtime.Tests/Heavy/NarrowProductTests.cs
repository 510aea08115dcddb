using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Kernels that read 16-bit floating-point numbers where they are: to the bit what the float32 kernels give, rounded once.</summary>
public sealed unsafe class NarrowProductTests
{
    public static TheoryData<DType, int, int, int> Products
    {
        get
        {
            var data = new TheoryData<DType, int, int, int>();
            foreach (DType dtype in new[] { DType.BFloat16, DType.Float16 })
            {
                foreach ((int rows, int depth, int columns) in new[] { (1, 1, 1), (5, 7, 3), (37, 70, 53), (64, 600, 129), (130, 513, 260), (1, 300, 517), (290, 257, 1), (9, 0, 4), (3, 1100, 300) })
                {
                    data.Add(dtype, rows, depth, columns);
                }
            }

            return data;
        }
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void Every_number_is_read_as_it_is(DType dtype)
    {
        short* bits = stackalloc short[16];
        for (int first = short.MinValue; first <= short.MaxValue; first += 16)
        {
            for (int i = 0; i < 16; i++)
            {
                bits[i] = (short)(first + i);
            }

            System.Runtime.Intrinsics.Vector512<float> values = dtype == DType.BFloat16 ? BFloat16Elements.Load(bits) : Float16Elements.Load(bits);
            for (int i = 0; i < 16; i++)
            {
                float expected = NarrowFloats.ToSingle(bits[i], dtype), single = dtype == DType.BFloat16 ? BFloat16Elements.Read(bits + i) : Float16Elements.Read(bits + i);
                (values[i].Equals(expected) && float.IsNegative(values[i]) == float.IsNegative(expected) && single.Equals(expected)).Should().BeTrue("{0:X4}", bits[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void A_product_is_the_float32_one_rounded(DType dtype, int rows, int depth, int columns)
    {
        foreach (bool leftTurned in new[] { false, true })
        {
            foreach (bool rightTurned in new[] { false, true })
            {
                TensorImpl a = Matrix(dtype, 1, rows, depth, leftTurned), b = Matrix(dtype, 2, depth, columns, rightTurned), bias = Matrix(dtype, 3, 1, columns, false), full = Matrix(dtype, 4, rows, columns, true);
                ShouldBeRounded(Aten.mm(a, b), Aten.mm(Wide(a), Wide(b)));
                ShouldBeRounded(Aten.addmm(bias, a, b, 1, 1), Aten.addmm(Wide(bias), Wide(a), Wide(b), 1, 1));
                ShouldBeRounded(Aten.addmm(full, a, b, 0.5, -2), Aten.addmm(Wide(full), Wide(a), Wide(b), 0.5, -2));
                TensorImpl left = Batch(a, Matrix(dtype, 5, rows, depth, leftTurned)), right = Batch(b, Matrix(dtype, 6, depth, columns, rightTurned));
                ShouldBeRounded(Aten.bmm(left, right), Aten.bmm(Wide(left), Wide(right)));
                TensorImpl spaced = Views.slice(a, 1, 0, depth, 2), fewer = Views.slice(b, 0, 0, depth, 2);
                ShouldBeRounded(Aten.mm(spaced, fewer), Aten.mm(Wide(spaced), Wide(fewer)));
            }
        }
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void Rows_are_the_float32_ones_rounded(DType dtype)
    {
        foreach (long width in new[] { 1L, 5, 16, 31, 70, 768, 5000 })
        {
            foreach (bool turned in new[] { false, true })
            {
                TensorImpl x = Matrix(dtype, 1, 37, width, turned), g = Matrix(dtype, 2, 37, width, false), row = Views.view(Matrix(dtype, 3, 1, width, false), width);
                for (long dim = 0; dim < 2; dim++)
                {
                    TensorImpl soft = Aten._softmax(x, dim), log = Aten._log_softmax(x, dim);
                    ShouldBeRounded(soft, Aten._softmax(Wide(x), dim));
                    ShouldBeRounded(log, Aten._log_softmax(Wide(x), dim));
                    ShouldBeRounded(Aten._softmax_backward_data(g, soft, dim), Aten._softmax_backward_data(Wide(g), Wide(soft), dim));
                    ShouldBeRounded(Aten._log_softmax_backward_data(g, log, dim), Aten._log_softmax_backward_data(Wide(g), Wide(log), dim));
                }

                TensorImpl[] norm = Aten.native_layer_norm(x, [width], row, null, 1e-5), expected = Aten.native_layer_norm(Wide(x), [width], Wide(row), null, 1e-5);
                ShouldBeRounded(norm[0], expected[0]);
                TensorData.Bytes(norm[1]).Should().Equal(TensorData.Bytes(expected[1]));
                TensorData.Bytes(norm[2]).Should().Equal(TensorData.Bytes(expected[2]));
                ShouldBeRounded(Aten.native_layer_norm(x, [width], null, row, 1e-5)[0], Aten.native_layer_norm(Wide(x), [width], null, Wide(row), 1e-5)[0]);
                ShouldBeRounded(Aten._fused_rms_norm(x, [width], row, 1e-5)[0], Aten._fused_rms_norm(Wide(x), [width], Wide(row), 1e-5)[0]);
                for (int wanted = 1; wanted < 8; wanted++)
                {
                    bool[] mask = [(wanted & 1) != 0, (wanted & 2) != 0, (wanted & 4) != 0];
                    TensorImpl? weight = wanted == 5 ? null : row, wide = weight is null ? null : Wide(weight);
                    ShouldBeRounded(
                        Aten.native_layer_norm_backward(g, x, [width], norm[1], norm[2], weight, mask),
                        Aten.native_layer_norm_backward(Wide(g), Wide(x), [width], norm[1], norm[2], wide, mask));
                    ShouldBeRounded(
                        Aten._fused_rms_norm_backward(g, x, [width], norm[2], weight, mask[..2]),
                        Aten._fused_rms_norm_backward(Wide(g), Wide(x), [width], norm[2], wide, mask[..2]));
                }
            }
        }
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void Rows_along_an_outer_dimension_are_the_float32_ones_rounded(DType dtype)
    {
        foreach (long inner in new[] { 1L, 7, 16, 17, 63, 64, 130 })
        {
            TensorImpl x = Views.view(Matrix(dtype, 1, 3 * 21, inner, false), 3, 21, inner), g = Views.view(Matrix(dtype, 2, 3 * 21, inner, false), 3, 21, inner);
            foreach (long dim in new[] { 0L, 1 })
            {
                TensorImpl soft = Aten._softmax(x, dim), log = Aten._log_softmax(x, dim);
                ShouldBeRounded(soft, Aten._softmax(Wide(x), dim));
                ShouldBeRounded(log, Aten._log_softmax(Wide(x), dim));
                ShouldBeRounded(Aten._softmax_backward_data(g, soft, dim), Aten._softmax_backward_data(Wide(g), Wide(soft), dim));
                ShouldBeRounded(Aten._log_softmax_backward_data(g, log, dim), Aten._log_softmax_backward_data(Wide(g), Wide(log), dim));
            }
        }
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void Losses_of_classes_are_the_float32_ones_rounded(DType dtype)
    {
        foreach (bool turned in new[] { false, true })
        {
            TensorImpl x = Matrix(dtype, 1, 1100, 37, turned), row = Views.view(Matrix(dtype, 3, 1, 37, false), 37), each = Views.view(Matrix(dtype, 4, 1, 1100, false), 1100);
            TensorImpl target = TensorData.Longs([.. Enumerable.Range(0, 1100).Select(static i => i % 9 == 0 ? -100L : i * 7 % 37)], 1100);
            for (long reduction = 0; reduction < 3; reduction++)
            {
                foreach (TensorImpl? weight in new[] { null, row })
                {
                    TensorImpl? wide = weight is null ? null : Wide(weight);
                    TensorImpl[] loss = Aten.nll_loss_forward(x, target, weight, reduction, -100);
                    ShouldBeRounded(loss, Aten.nll_loss_forward(Wide(x), target, wide, reduction, -100));
                    TensorImpl g = reduction == 0 ? each : Views.select(each, 0, 1);
                    ShouldBeRounded(
                        Aten.nll_loss_backward(g, target, weight, loss[1], reduction, -100, [1100, 37]),
                        Aten.nll_loss_backward(Wide(g), target, wide, Wide(loss[1]), reduction, -100, [1100, 37]));
                }
            }
        }
    }

    private static TensorImpl Matrix(DType dtype, int seed, long rows, long columns, bool turned)
    {
        TensorImpl matrix = Aten._to_copy(turned ? TensorData.Random(DType.Float32, seed, columns, rows) : TensorData.Random(DType.Float32, seed, rows, columns), dtype);
        return turned ? Views.transpose(matrix, 0, 1) : matrix;
    }

    private static TensorImpl Batch(params TensorImpl[] matrices) => Composite.stack(matrices);

    private static TensorImpl Wide(TensorImpl tensor) => Aten._to_copy(tensor, DType.Float32);

    private static void ShouldBeRounded(TensorImpl[] results, TensorImpl[] expected)
    {
        for (int i = 0; i < results.Length; i++)
        {
            ShouldBeRounded(results[i], expected[i]);
        }
    }

    private static void ShouldBeRounded(TensorImpl result, TensorImpl expected)
    {
        TensorImpl rounded = Aten._to_copy(expected, result.DType);
        TensorData.Bytes(result).Should().Equal(TensorData.Bytes(rounded), "{0}{1}", result.DType, result.Layout);
    }
}
