namespace TorchSharp;

/// <summary>What lies beyond the border of an input.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

/// <summary>Padding of a convolution in words: none, or as much as keeps the size.</summary>
public enum Padding
{
    Valid = 0,
    Same = 1,
}

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss function sums up the losses of the elements.</summary>
        public enum Reduction
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        /// <summary>Activation functions of an Elman layer.</summary>
        public enum NonLinearities
        {
            ReLU = 0,
            Tanh = 1,
        }

        /// <summary>Activation functions of a transformer layer.</summary>
        public enum Activations
        {
            ReLU = 0,
            GELU = 1,
        }
    }
}
