global using Terra.Testing;
global using TorchSharp;
global using static TorchSharp.torch;
