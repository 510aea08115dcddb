using System.Runtime.Intrinsics;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

[Collection(nameof(TerraRuntime))]
public sealed unsafe class WinogradTests
{
    /// <summary>batch, groups, channels and results in a group, height, width, padding.</summary>
    public static TheoryData<int[]> Cases => new()
    {
        new[] { 4, 1, 32, 32, 12, 13, 1 },
        new[] { 1, 1, 16, 48, 33, 71, 1 },
        new[] { 8, 1, 144, 16, 6, 5, 1 },
        new[] { 2, 2, 32, 32, 14, 14, 0 },
        new[] { 5, 1, 64, 64, 7, 7, 1 },
        new[] { 3, 1, 32, 32, 15, 9, 2 },
        new[] { 1, 1, 32, 144, 44, 43, 1 },
        new[] { 1, 1, 80, 16, 5, 243, 1 },
        new[] { 9, 1, 20, 32, 13, 10, 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_plain_sums(int[] c)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return; // The direct kernel is used there.
        }

        var reference = new ConvolutionReference(c[0], c[1], c[2], c[3], [c[4], c[5]], [3, 3], 1, c[6], 1);
        TensorImpl input = TensorData.Random(DType.Float32, 1, reference.InputSizes), weight = TensorData.Random(DType.Float32, 2, reference.WeightSizes);
        TensorImpl bias = TensorData.Random(DType.Float32, 3, c[1] * c[3]), grad = TensorData.Random(DType.Float32, 4, reference.ResultSizes);
        OpInvocation call = new OpInvocation(OpTable.convolution)
            .Add(input).Add(weight).Add(bias).Add([1L]).Add([(long)c[6]]).Add([1L]).Add(false).Add([0L]).Add((long)c[1]);
        var geometry = new ConvolutionGeometry(call, reference.InputSizes, reference.WeightSizes, reference.ResultSizes);
        TensorImpl result = TensorImpl.Allocate(Layout.Contiguous(reference.ResultSizes), DType.Float32);
        TensorImpl gradient = TensorImpl.Allocate(Layout.Contiguous(reference.InputSizes), DType.Float32);
        WinogradConvolution.Run(geometry, (float*)input.Pointer, (float*)weight.Pointer, (float*)bias.Pointer, (float*)result.Pointer, toLarge: false, null);
        Error(result, reference.Forward(TensorData.Values(input), TensorData.Values(weight), TensorData.Values(bias))).Should().BeLessThan(1.5e-5);
        if (c[2] % WinogradTransforms.Lanes == 0)
        {
            WinogradConvolution.Run(geometry, (float*)grad.Pointer, (float*)weight.Pointer, null, (float*)gradient.Pointer, toLarge: true, null);
            Error(gradient, reference.InputGradient(TensorData.Values(grad), TensorData.Values(weight))).Should().BeLessThan(1.5e-5);
        }

        TensorImpl weightGradient = TensorImpl.Allocate(Layout.Contiguous(reference.WeightSizes), DType.Float32);
        WinogradWeightGradient.Run(geometry, (float*)input.Pointer, (float*)grad.Pointer, (float*)weightGradient.Pointer);
        Error(weightGradient, reference.WeightGradient(TensorData.Values(grad), TensorData.Values(input))).Should().BeLessThan(1.5e-5);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
    }

    [Fact]
    public void Gradients_of_large_images_are_summed_in_rounds()
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return; // The direct kernel is used there.
        }

        long[] images = [2, 16, 112, 112], results = [2, 256, 112, 112], filters = [256, 16, 3, 3];
        TensorImpl input = TensorData.Random(DType.Float32, 1, images), grad = TensorData.Random(DType.Float32, 2, results);
        OpInvocation call = new OpInvocation(OpTable.convolution).Add([1L]).Add([1L]).Add([1L]).Add(false).Add([0L]).Add(1L);
        var geometry = new ConvolutionGeometry(call, images, filters, results);
        TensorImpl winograd = TensorImpl.Allocate(Layout.Contiguous(filters), DType.Float32), direct = TensorImpl.Allocate(Layout.Contiguous(filters), DType.Float32);
        WinogradWeightGradient.Run(geometry, (float*)input.Pointer, (float*)grad.Pointer, (float*)winograd.Pointer);
        DirectWeightGradient<float>.Run(geometry, (float*)input.Pointer, (float*)grad.Pointer, (float*)direct.Pointer);
        Error(winograd, TensorData.Values(direct)).Should().BeLessThan(2e-5);
        GC.KeepAlive(input);
        GC.KeepAlive(grad);
    }

    [Theory]
    [InlineData(8, 64, 56, true)]
    [InlineData(8, 256, 14, true)]
    [InlineData(1, 16, 6, false)]
    public void Is_chosen_by_size(int batch, int channels, int size, bool expected)
    {
        long[] images = [batch, channels, size, size], weight = [channels, channels, 3, 3];
        OpInvocation call = new OpInvocation(OpTable.convolution).Add([1L]).Add([1L]).Add([1L]).Add(false).Add([0L]).Add(1L);
        WinogradConvolution.Pays(new ConvolutionGeometry(call, images, weight, images), toLarge: false).Should().Be(expected && Vector256.IsHardwareAccelerated);
        WinogradWeightGradient.Pays(new ConvolutionGeometry(call, images, weight, images)).Should().Be(expected && Vector256.IsHardwareAccelerated);
    }

    [Fact]
    public void Switched_off_the_direct_kernel_is_more_exact()
    {
        var reference = new ConvolutionReference(4, 1, 64, 64, [24, 24], [3, 3], 1, 1, 1);
        TensorImpl input = TensorData.Random(DType.Float32, 1, reference.InputSizes), weight = TensorData.Random(DType.Float32, 2, reference.WeightSizes);
        double[] expected = reference.Forward(TensorData.Values(input), TensorData.Values(weight), new double[64]);
        double on = Error(Aten.convolution(input, weight, null, [1], [1], [1], false, [0], 1), expected);
        try
        {
            TerraRuntime.Winograd = false;
            double off = Error(Aten.convolution(input, weight, null, [1], [1], [1], false, [0], 1), expected);
            off.Should().BeLessThan(1.5e-6);
            on.Should().BeInRange(off, 1.5e-5);
        }
        finally
        {
            TerraRuntime.Winograd = true;
        }
    }

    [Theory]
    [InlineData(2, 32, 30)]
    [InlineData(9, 48, 7)]
    [InlineData(3, 80, 13)]
    public void Threads_do_not_change_bits(int batch, int channels, int size)
    {
        TensorImpl input = TensorData.Random(DType.Float32, 1, batch, channels, size, size), weight = TensorData.Random(DType.Float32, 2, channels, channels, 3, 3);
        int threads = WorkerPool.Shared.NumThreads;
        var seen = new List<byte[]>();
        try
        {
            foreach (int count in new[] { 1, 2, 5 })
            {
                WorkerPool.Shared.NumThreads = count;
                TensorImpl result = Aten.convolution(input, weight, null, [1], [1], [1], false, [0], 1);
                TensorImpl[] gradients = Aten.convolution_backward(result, input, weight, [1], [1], [1], false, [0], 1, [true, true, false]);
                seen.Add([.. TensorData.Bytes(result), .. TensorData.Bytes(gradients[0]), .. TensorData.Bytes(gradients[1])]);
            }
        }
        finally
        {
            WorkerPool.Shared.NumThreads = threads;
        }

        seen[1].Should().Equal(seen[0]);
        seen[2].Should().Equal(seen[0]);
    }

    /// <summary>
    /// A tile's results are made of all of its pixels: what is not finite reaches the results that it is a term of, maybe others of the same tiles, and no result beyond.
    /// </summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_stays_within_its_tiles(float special)
    {
        const int Size = 30, Tile = 4, Row = 13, Column = 18;
        long[] images = [2, 32, Size, Size], filters = [32, 32, 3, 3];
        OpInvocation call = new OpInvocation(OpTable.convolution).Add([1L]).Add([1L]).Add([1L]).Add(false).Add([0L]).Add(1L);
        WinogradConvolution.Pays(new ConvolutionGeometry(call, images, filters, images), toLarge: false).Should().Be(Vector256.IsHardwareAccelerated);
        TensorImpl input = TensorData.Random(DType.Float32, 1, images), weight = TensorData.Random(DType.Float32, 2, filters);
        ((float*)input.WriteData())[(((7 * Size) + Row) * Size) + Column] = special;
        double[] values = TensorData.Values(Aten.convolution(input, weight, null, [1], [1], [1], false, [0], 1));
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / Size % Size, column = i % Size;
            bool isFirstImage = i < values.Length / 2;
            if (isFirstImage && Math.Abs(row - Row) <= 1 && Math.Abs(column - Column) <= 1)
            {
                double.IsFinite(values[i]).Should().BeFalse("({0}, {1}) has it for a term", row, column);
            }
            else if (!isFirstImage || !IsInTile(row, Row) || !IsInTile(column, Column))
            {
                double.IsFinite(values[i]).Should().BeTrue("({0}, {1}) is of another tile", row, column);
            }
        }

        // A tile of results reads a pixel more on each side.
        static bool IsInTile(int result, int pixel) => pixel >= (result / Tile * Tile) - 1 && pixel <= (result / Tile * Tile) + Tile;
    }

    /// <summary>The largest difference, relative to the largest expected value.</summary>
    private static double Error(TensorImpl actual, double[] expected)
    {
        double[] values = TensorData.Values(actual);
        values.Length.Should().Be(expected.Length);
        double largest = expected.Max(Math.Abs);
        return values.Zip(expected, (a, e) => double.IsFinite(a) ? Math.Abs(a - e) : double.PositiveInfinity).Max() / largest;
    }
}
