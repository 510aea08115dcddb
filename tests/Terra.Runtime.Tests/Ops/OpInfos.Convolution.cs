using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>Convolution.</content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Convolutions()
    {
        yield return new KernelInfo("convolution", static s => [Convolved(s[0], s[1], s.Inputs[2] is null ? null : s[2], Geometry.Of(s, 0))], static dtype =>
        [
            .. Convolutions(dtype, small: false), .. Convolutions(dtype, small: false).Where(static s => s.Inputs[0]!.NumberOfElements is > 0 and < 400).Select(WithSpecialInput),
        ])
        {
            AbsoluteTolerance = 2000, Gradients = static () => Convolutions(DType.Float64, small: true), Expandable = false,
            Many = static dtype => Convolution(dtype, [4, 16, 30, 30], [24, 16, 3, 3], true, [1, 1], [1, 1], [1, 1]), More = ManyConvolutions,
            Refusals =
            [
                new Refusal(static () => Convolution(DType.Float32, [1, 3, 5, 5], [2, 4, 3, 3], false, [1, 1], [0, 0], [1, 1]), "Given groups=1, weight of size [2, 4, 3, 3]*"),
                new Refusal(static () => Convolution(DType.Float32, [1, 3, 2, 2], [2, 3, 3, 3], false, [1, 1], [0, 0], [1, 1]), "Calculated padded input size per channel*"),
                new Refusal(static () => Convolution(DType.Float32, [1, 3, 5, 5], [2, 3, 3, 3], false, [0, 1], [0, 0], [1, 1]), "non-positive stride*is not supported"),
                new Refusal(static () => Convolution(DType.Int64, [1, 3, 5, 5], [2, 3, 3, 3], false, [1, 1], [0, 0], [1, 1]), "*not implemented for 'Long'"),
            ],
        };
        yield return new KernelInfo("convolution_backward", ConvolutionGradient, static dtype =>
        [
            .. Convolutions(dtype, small: false).Select(s => Gradient(dtype, s)), .. WithoutPadding(dtype).Select(s => WithSpecialInput(Gradient(dtype, s))),
            .. WithoutPadding(dtype).Select(s => Gradient(dtype, WithSpecialInput(s))),
        ])
        {
            AbsoluteTolerance = 8000, Expandable = false,
            Many = static dtype => Gradient(dtype, Convolution(dtype, [4, 16, 30, 30], [24, 16, 3, 3], true, [1, 1], [1, 1], [1, 1])),
            More = static dtype => ManyConvolutions(dtype).Select(s => Gradient(dtype, s)),
        };
    }

    private static IEnumerable<Sample> Convolutions(DType dtype, bool small)
    {
        yield return Convolution(dtype, [2, 2, 4], [3, 2, 3], true, [1], [1], [1]);
        yield return Convolution(dtype, [1, 2, 4, 4], [2, 2, 3, 3], true, [1, 1], [1, 1], [1, 1]);
        yield return Convolution(dtype, [1, 2, 5, 4], [2, 2, 2, 2], false, [2, 1], [0, 1], [2, 1]);
        yield return Convolution(dtype, [1, 4, 3, 3], [4, 1, 2, 2], true, [1, 1], [1, 1], [1, 1], groups: 4);
        yield return Convolution(dtype, [2, 4, 3, 2], [6, 2, 1, 1], true, [1, 1], [0, 0], [1, 1], groups: 2);
        yield return Convolution(dtype, [1, 2, 3, 3], [2, 3, 2, 2], true, [2, 2], [1, 0], [1, 1], transposed: true, outputPadding: [1, 0]);
        yield return Convolution(dtype, [1, 2, 4], [2, 2, 3], false, [2], [1], [1], groups: 2, transposed: true, outputPadding: [1]);
        if (!small)
        {
            yield return Convolution(dtype, [1, 2, 3, 4, 3], [2, 2, 2, 2, 2], true, [1, 1, 1], [1, 0, 1], [1, 1, 1]);
            yield return Convolution(dtype, [2, 8, 9, 10], [16, 8, 3, 3], true, [1, 1], [1, 1], [1, 1]);
            yield return Convolution(dtype, [1, 3, 17, 19], [8, 3, 7, 7], true, [2, 2], [3, 3], [1, 1]);
            yield return Convolution(dtype, [2, 16, 6, 7], [32, 16, 1, 1], true, [1, 1], [0, 0], [1, 1]);
            yield return Convolution(dtype, [2, 16, 9, 9], [16, 1, 3, 3], true, [2, 2], [1, 1], [1, 1], groups: 16);
            yield return Convolution(dtype, [0, 2, 4, 4], [2, 2, 3, 3], true, [1, 1], [1, 1], [1, 1]);
        }
    }

    /// <summary>Where each product is of two elements: an infinity times a zero that stands for padding is another matter.</summary>
    private static IEnumerable<Sample> WithoutPadding(DType dtype) =>
    [
        Convolution(dtype, [1, 2, 6, 7], [3, 2, 3, 3], true, [1, 1], [0, 0], [1, 1]), Convolution(dtype, [2, 2, 9], [3, 2, 3], true, [2], [0], [1]),
        Convolution(dtype, [2, 4, 3, 5], [6, 2, 1, 1], true, [1, 1], [0, 0], [1, 1], groups: 2), Convolution(dtype, [1, 3, 5, 6], [3, 1, 2, 2], true, [1, 1], [0, 0], [2, 1], groups: 3),
    ];

    /// <summary>The sample with special values in its first tensor.</summary>
    private static Sample WithSpecialInput(Sample s) => s with { Inputs = [Draw.NowAndThen(s.Inputs[0]!.DType, s[0].Sizes), .. s.Inputs[1..]] };

    /// <summary>Strided, dilated, in one and in three dimensions, transposed, depthwise, 1 by 1, and a first layer.</summary>
    private static IEnumerable<Sample> ManyConvolutions(DType dtype) =>
    [
        Convolution(dtype, [4, 16, 31, 31], [24, 16, 3, 3], true, [2, 2], [1, 1], [1, 1]), Convolution(dtype, [2, 16, 30, 30], [24, 16, 3, 3], true, [1, 1], [2, 2], [2, 2]),
        Convolution(dtype, [4, 16, 700], [24, 16, 5], true, [1], [2], [1]), Convolution(dtype, [2, 8, 8, 15, 15], [12, 8, 3, 3, 3], true, [1, 1, 1], [1, 1, 1], [1, 1, 1]),
        Convolution(dtype, [4, 16, 15, 15], [16, 24, 3, 3], true, [2, 2], [1, 1], [1, 1], transposed: true, outputPadding: [1, 1]),
        Convolution(dtype, [4, 32, 30, 30], [32, 1, 3, 3], true, [1, 1], [1, 1], [1, 1], groups: 32), Convolution(dtype, [4, 32, 30, 30], [48, 32, 1, 1], true, [1, 1], [0, 0], [1, 1]),
        Convolution(dtype, [4, 3, 50, 50], [16, 3, 7, 7], true, [2, 2], [3, 3], [1, 1]),
    ];

    private static Sample Convolution(
        DType dtype, long[] input, long[] weight, bool bias, long[] stride, long[] padding, long[] dilation, long groups = 1, bool transposed = false, long[]? outputPadding = null) =>
        new([Draw.Of(dtype, input), Draw.Of(dtype, weight), bias ? Draw.Of(dtype, [transposed ? weight[1] * groups : weight[0]]) : null],
            Attr.Of(stride), Attr.Of(padding), Attr.Of(dilation), Attr.Of(transposed), Attr.Of(outputPadding ?? new long[stride.Length]), Attr.Of(groups));

    private static Sample Gradient(DType dtype, Sample s) => new(
        [Draw.Of(dtype, Geometry.Of(s, 0).Output(s[0].Sizes, s[1].Sizes)), s.Inputs[0], s.Inputs[1]], [.. s.Attrs, Attr.Of(s_three)]);

    private static Nd Convolved(Nd x, Nd weight, Nd? bias, Geometry g)
    {
        Nd result = Nd.Make(g.Output(x.Sizes, weight.Sizes), index => bias is null ? 0 : bias[index[1]]);
        g.Each(x.Sizes, weight.Sizes, result.Sizes, (from, by, to) => result[to] += x[from] * weight[by]);
        return result;
    }

    private static Nd[] ConvolutionGradient(Sample s)
    {
        Nd grad = s[0], x = s[1], weight = s[2], toX = Nd.Zeros(x.Sizes), toWeight = Nd.Zeros(weight.Sizes);
        Geometry.Of(s, 0).Each(x.Sizes, weight.Sizes, grad.Sizes, (from, by, to) =>
        {
            toX[from] += grad[to] * weight[by];
            toWeight[by] += grad[to] * x[from];
        });
        return [toX, toWeight, SumInto(grad.Sizes[1..2], grad, static i => i[1], i => grad[i])];
    }

    private sealed record Geometry(long[] Stride, long[] Padding, long[] Dilation, bool Transposed, long[] OutputPadding, long Groups)
    {
        public static Geometry Of(Sample s, int attr) => new(s.Ints(attr), s.Ints(attr + 1), s.Ints(attr + 2), s.Bool(attr + 3), s.Ints(attr + 4), s.Int(attr + 5));

        public long[] Output(long[] x, long[] weight) =>
        [
            x[0], Transposed ? weight[1] * Groups : weight[0],
            .. Stride.Select((stride, d) => Transposed
                ? ((x[d + 2] - 1) * stride) - (2 * Padding[d]) + (Dilation[d] * (weight[d + 2] - 1)) + OutputPadding[d] + 1
                : ((x[d + 2] + (2 * Padding[d]) - (Dilation[d] * (weight[d + 2] - 1)) - 1) / stride) + 1),
        ];

        /// <summary>Each product of an element of the input and one of the weight, and the element of the output it is added to.</summary>
        public void Each(long[] x, long[] weight, long[] output, Action<long[], long[], long[]> product)
        {
            long[] coarse = Transposed ? x : output, fine = Transposed ? output : x;
            long inGroup = Transposed ? weight[0] / Groups : weight[1], outGroup = Transposed ? weight[1] : weight[0] / Groups;
            foreach (long[] place in Nd.Indices([coarse[0], Groups, outGroup, inGroup, .. coarse[2..]]))
            {
                foreach (long[] tap in Nd.Indices(weight[2..]))
                {
                    long[] position = [.. tap.Select((t, d) => (place[d + 4] * Stride[d]) - Padding[d] + (t * Dilation[d]))];
                    if (position.Zip(fine[2..]).All(static pair => pair.First >= 0 && pair.First < pair.Second))
                    {
                        long n = place[0], group = place[1], to = (group * outGroup) + place[2], from = (group * inGroup) + place[3];
                        long[] at = [n, Transposed ? from : to, .. place[4..]], other = [n, Transposed ? to : from, .. position];
                        product(Transposed ? at : other, Transposed ? [from, place[2], .. tap] : [to, place[3], .. tap], Transposed ? other : at);
                    }
                }
            }
        }
    }
}
