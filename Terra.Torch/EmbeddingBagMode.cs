namespace TorchSharp;

/// <summary>How an embedding bag puts rows together.</summary>
public enum EmbeddingBagMode
{
    Sum = 0,
    Mean = 1,
    Max = 2,
}
