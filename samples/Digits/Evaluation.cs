using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Samples.Digits;

/// <summary>A scan that was taken for another digit, and how sure the network was.</summary>
internal sealed record Mistake(DigitImage Image, int Predicted, float Confidence);

/// <summary>How a network does on some scans.</summary>
/// <param name="Confusion">Row: the digit; column: what it was taken for.</param>
/// <param name="Mistakes">The mistakes, the surest first.</param>
internal sealed record Evaluation(Matrix<double> Confusion, IReadOnlyList<Mistake> Mistakes)
{
    private const int BatchSize = 180;

    /// <summary>Share of the scans that were recognized.</summary>
    public double Accuracy => Confusion.Trace() / Confusion.RowSums().Sum();

    /// <summary>Share of each digit's scans that were recognized.</summary>
    public Vector<double> Recall => Confusion.Diagonal().PointwiseDivide(Confusion.RowSums());

    /// <summary>Classifies the scans.</summary>
    public static Evaluation Of(DigitNet model, DigitImage[] images)
    {
        Matrix<double> confusion = Matrix<double>.Build.Dense(DigitImage.Classes, DigitImage.Classes);
        var mistakes = new List<Mistake>();
        model.eval();
        using IDisposable noGrad = no_grad();
        foreach (DigitImage[] chunk in images.Chunk(BatchSize))
        {
            using DisposeScope scope = NewDisposeScope();
            Batch batch = Batch.Of(chunk);
            Tensor input = tensor(batch.Pixels, [batch.Count, 1, DigitImage.Side, DigitImage.Side]);
            (Tensor confidence, Tensor predicted) = functional.softmax(model.call(input), 1).max(1);
            float[] confidences = confidence.data<float>().ToArray();
            long[] classes = predicted.data<long>().ToArray();
            for (int i = 0; i < chunk.Length; i++)
            {
                confusion[chunk[i].Label, (int)classes[i]]++;
                if (classes[i] != chunk[i].Label)
                {
                    mistakes.Add(new Mistake(chunk[i], (int)classes[i], confidences[i]));
                }
            }
        }

        return new Evaluation(confusion, mistakes.OrderByDescending(static mistake => mistake.Confidence).ToList());
    }
}
