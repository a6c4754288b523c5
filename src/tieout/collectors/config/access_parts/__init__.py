"""What exports of clouds and directories say of principals and their roles."""
