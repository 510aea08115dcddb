using Terra.Samples;
using Terra.Samples.Digits;
using static TorchSharp.torch;

const int TrainingRows = 1437;
const int HeldOutRows = 157;

return SampleCommandLine.Run("Digits", "Trains a small convolutional network to read handwritten digits.", args, static run =>
{
    manual_seed(run.Seed);
    DigitImage[] images = DigitImage.ReadAll(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"));
    DigitImage[] training = images[..(TrainingRows - HeldOutRows)];
    DigitImage[] heldOut = images[(TrainingRows - HeldOutRows)..TrainingRows];
    DigitImage[] test = images[TrainingRows..];

    using var model = new DigitNet(channels: run.Size switch
    {
        SampleSize.Tiny => 8,
        SampleSize.Small => 24,
        _ => 48,
    });
    run.Metrics["heldOutAccuracy"] = new Trainer(model, run).Train(training, heldOut);

    Evaluation evaluation = Evaluation.Of(model, test);
    run.Metrics["testAccuracy"] = evaluation.Accuracy;
    if (!run.Quiet)
    {
        Printout.Show(evaluation);
    }
});
