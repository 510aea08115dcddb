namespace Terra.Runtime.Tests.Heavy;

/// <summary>A convolution of any rank with the same options along all dimensions, and its gradients, by plain loops in double.</summary>
internal sealed class ConvolutionReference(
    int batch, int groups, int channelsPerGroup, int resultsPerGroup, int[] size, int[] kernel, int stride, int padding, int dilation)
{
    public long[] InputSizes => [batch, groups * channelsPerGroup, .. Array.ConvertAll(size, s => (long)s)];

    public long[] WeightSizes => [groups * resultsPerGroup, channelsPerGroup, .. Array.ConvertAll(kernel, k => (long)k)];

    public long[] ResultSizes => [batch, groups * resultsPerGroup, .. Array.ConvertAll(ResultSize, s => (long)s)];

    private int[] ResultSize => [.. size.Select((s, d) => ((s + (2 * padding) - (dilation * (kernel[d] - 1)) - 1) / stride) + 1)];

    public double[] Forward(double[] input, double[] weight, double[] bias)
    {
        int pixels = Product(ResultSize);
        var result = new double[batch * groups * resultsPerGroup * pixels];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = bias[i / pixels % (groups * resultsPerGroup)];
        }

        Each((i, w, r) => result[r] += input[i] * weight[w]);
        return result;
    }

    public double[] InputGradient(double[] gradient, double[] weight)
    {
        var result = new double[batch * groups * channelsPerGroup * Product(size)];
        Each((i, w, r) => result[i] += gradient[r] * weight[w]);
        return result;
    }

    public double[] WeightGradient(double[] gradient, double[] input)
    {
        var result = new double[groups * resultsPerGroup * channelsPerGroup * Product(kernel)];
        Each((i, w, r) => result[w] += gradient[r] * input[i]);
        return result;
    }

    private static int Product(int[] sizes) => sizes.Aggregate(1, (a, b) => a * b);

    /// <summary>Calls the body with the positions of all triples of input, weight and result that meet.</summary>
    private void Each(Action<int, int, int> body)
    {
        int[] resultSize = ResultSize;
        int pixels = Product(resultSize), taps = Product(kernel), inputs = Product(size);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                int source = Source(pixel, tap, resultSize);
                for (int n = 0; source >= 0 && n < batch; n++)
                {
                    for (int o = 0; o < groups * resultsPerGroup; o++)
                    {
                        for (int c = 0; c < channelsPerGroup; c++)
                        {
                            int channel = (o / resultsPerGroup * channelsPerGroup) + c;
                            body(
                                (((n * groups * channelsPerGroup) + channel) * inputs) + source,
                                (((o * channelsPerGroup) + c) * taps) + tap,
                                (((n * groups * resultsPerGroup) + o) * pixels) + pixel);
                        }
                    }
                }
            }
        }
    }

    /// <summary>The input pixel that a tap takes a result pixel to, -1 in the padding.</summary>
    private int Source(int pixel, int tap, int[] resultSize)
    {
        int source = 0, scale = 1;
        for (int d = size.Length - 1; d >= 0; d--)
        {
            int at = (pixel % resultSize[d] * stride) - padding + (tap % kernel[d] * dilation);
            if (at < 0 || at >= size[d])
            {
                return -1;
            }

            source += at * scale;
            scale *= size[d];
            pixel /= resultSize[d];
            tap /= kernel[d];
        }

        return source;
    }
}
